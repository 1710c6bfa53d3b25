// The known data sets, from files on disk.

export { type Chorales, type Jsb, loadJsb } from './jsb.node.ts';
export { type Digits, loadMnist, type Mnist } from './mnist.node.ts';
