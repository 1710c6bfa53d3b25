// The registry of formats.

export * from './csv.ts';
export * from './jsonl.ts';
export * from './mlflow.ts';
export * from './npz.ts';
export * from './onnx.ts';
export * from './optuna.ts';
export * from './parquet.ts';
export * from './safetensors.ts';
export * from './tensorboard.ts';
