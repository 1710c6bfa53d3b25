// Event files of TensorBoard, a folder for each trial: every number of the log as a scalar by step, and the parameters for
// the HPARAMS page. Scalars are float32, as TensorBoard has them; the log has no times, so the time of every event is when
// the trial was first started, 0 where that is not known.
//
// A file is a sequence of records: length (8 bytes), checksum of the length, the event, its checksum. Checksums are CRC-32C,
// rotated by 15 bits and with a constant added, so that those of data that hold checksums are none.
// Source: tensorflow/core/lib/io/record_writer.h, tensorflow/core/util/event.proto, tensorboard/plugins/hparams/*.proto.

import type { Info } from '../../trainable.ts';
import { fieldsOf, parsOf, type Value } from '../fields.ts';
import { bytes, double, float, integer, message, text } from '../protobuf.ts';
import { runTimes } from '../runTimes.ts';
import type { LoggedTrial } from '../table.ts';
import type { Format } from './format.ts';

export const tensorboard: Format = {
  *folder(trials) {
    for (const trial of trials) {
      yield { path: `${trial.index}/events.out.tfevents.0000000000.alchemie`, chunks: records(trial) };
    }
  },
};

function* records(trial: LoggedTrial): Generator<Uint8Array> {
  const wallTime = double(1, (runTimes(trial).started ?? 0) / 1000);
  yield record(message(wallTime, text(3, 'brain.Event:2')));
  const pars = [...parsOf(fieldsOf(trial))];
  const start = bytes(3, message(...pars.map(([key, value]) => bytes(1, entry(key, value)))));
  yield record(message(wallTime, summary([hparams('_hparams_/session_start_info', start)])));
  for (const info of trial.readLog()) {
    yield record(message(wallTime, integer(2, Math.trunc(info.step)), summary(scalars(info))));
  }
  const status = STATUS[trial.state];
  if (status === undefined) return;
  const end = bytes(4, message(integer(1, status)));
  yield record(message(wallTime, summary([hparams('_hparams_/session_end_info', end)])));
}

/** SUCCESS and FAILURE; of others nothing is said. */
const STATUS: Readonly<Partial<Record<LoggedTrial['state'], number>>> = { finished: 1, diverged: 2, damaged: 2 };

function summary(values: readonly Uint8Array[]): Uint8Array {
  return bytes(5, message(...values.map((value) => bytes(1, value))));
}

function scalars(info: Info): Uint8Array[] {
  return Object.entries(info).flatMap(([key, value]) =>
    typeof value === 'number' && key !== 'step' ? [message(text(1, key), float(2, value))] : [],
  );
}

/** A value that only the plugin understands; the tensor that it must have is a scalar 0. */
function hparams(name: string, content: Uint8Array): Uint8Array {
  const plugin = bytes(1, message(text(1, 'hparams'), bytes(2, message(content))));
  const nothing = message(integer(1, 1), bytes(2, message()), bytes(5, Uint8Array.of(0, 0, 0, 0)));
  return message(text(1, name), bytes(8, nothing), bytes(9, plugin));
}

/** A parameter and its value, as an entry of a map to google.protobuf.Value. */
function entry(key: string, value: Value): Uint8Array {
  const field =
    typeof value === 'number'
      ? double(2, value)
      : typeof value === 'boolean'
        ? integer(4, Number(value))
        : value === null
          ? integer(1, 0)
          : text(3, value);
  return message(text(1, key), bytes(2, field));
}

function record(event: Uint8Array): Uint8Array {
  const whole = new Uint8Array(8 + 4 + event.length + 4);
  const view = new DataView(whole.buffer);
  view.setUint32(0, event.length, true);
  view.setUint32(8, masked(crc32c(whole.subarray(0, 8))), true);
  whole.set(event, 12);
  view.setUint32(12 + event.length, masked(crc32c(event)), true);
  return whole;
}

function masked(crc: number): number {
  return (((crc >>> 15) | (crc << 17)) + 0xa282ead8) >>> 0;
}

/** Remainders of all bytes by the polynomial of CRC-32C (RFC 3720, appendix B.4), bits reversed. */
const remainders = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = (remainder >>> 1) ^ (remainder & 1 ? 0x82f63b78 : 0);
  return remainder;
});

function crc32c(data: Uint8Array): number {
  let crc = 0xffff_ffff;
  for (const byte of data) crc = (crc >>> 8) ^ (remainders[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffff_ffff) >>> 0;
}
