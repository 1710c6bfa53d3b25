// Gram–Schmidt orthonormalization, with every vector swept twice: twice is enough for full precision
// (Giraud, Langou & Rozložník, Comput. Math. Appl. 50, 2005).

import { Instruction } from './instruction';

@unmanaged
class Operands extends Instruction {
  y: usize;
  x: usize;
  count: i32;
  length: i32;
  next: i32;
  along: i32;
}

/** y = x with its `count` vectors (elements `along` apart, `next` from one vector to the next) made orthonormal. */
export function orthogonalize(i: Operands): void {
  const y = i.y, count = i.count, n = i.length, next = <usize>i.next << 2, along = <usize>i.along << 2;
  memory.copy(y, i.x, <usize>(count * n) << 2);
  for (let v = 0; v < count; v++) {
    const vector = y + <usize>v * next;
    for (let sweep = 0; sweep < 2; sweep++) {
      for (let u = 0; u < v; u++) {
        const other = y + <usize>u * next;
        const part = dot(vector, other, n, along);
        for (let k: usize = 0, at: usize = 0; k < <usize>n; k++, at += along) {
          store<f32>(vector + at, <f32>(<f64>load<f32>(vector + at) - part * <f64>load<f32>(other + at)));
        }
      }
    }
    const scale = 1 / Math.sqrt(dot(vector, vector, n, along));
    for (let k: usize = 0, at: usize = 0; k < <usize>n; k++, at += along) {
      store<f32>(vector + at, <f32>(<f64>load<f32>(vector + at) * scale));
    }
  }
}

function dot(a: usize, b: usize, n: i32, along: usize): f64 {
  let sum: f64 = 0;
  for (let k = 0; k < n; k++) {
    sum += <f64>load<f32>(a) * <f64>load<f32>(b);
    a += along;
    b += along;
  }
  return sum;
}
