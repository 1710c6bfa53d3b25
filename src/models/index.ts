// The models.

export { autoencoder } from './autoencoder.ts';
export { cnn } from './cnn.ts';
export { fastDropout } from './fastDropout.ts';
export { gru } from './gru.ts';
export { linear } from './linear.ts';
export { lstm } from './lstm.ts';
export { mlp } from './mlp.ts';
export { rnn } from './rnn.ts';
export { transformer } from './transformer.ts';
export { vae } from './vae.ts';
