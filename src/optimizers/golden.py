# Makes golden.json: trajectories of PyTorch's optimizers in float32 on a problem of seven parameters that a test
# can state as a graph; trajectory[i] is p after i + 1 steps. An optimizer's options bear our names; an option that is
# absent has PyTorch's default.
# Run: python3 src/optimizers/golden.py   (any PyTorch >= 1.12, on the CPU)

import json
from pathlib import Path

import torch

STEPS = 30
A = [0.5, 1.0, 2.0, 0.25, 1.5, 0.75, 3.0]
B = [1.0, -0.5, 0.25, 2.0, -1.5, 0.0, 0.5]
C = [0.5, -1.0, 0.25, 1.5, -0.75, 2.0, -0.125]
START = [0.0, 1.5, -2.0, 0.75, 0.5, -0.25, 3.0]

CASES = [
    ('sgd', {'learningRate': 0.05}),
    ('sgd', {'learningRate': 0.02, 'momentum': 0.9}),
    ('sgd', {'learningRate': 0.02, 'momentum': 0.9, 'nesterov': True}),
    ('sgd', {'learningRate': 0.05, 'weightDecay': 0.1}),
    ('sgd', {'learningRate': 0.02, 'momentum': 0.5, 'nesterov': True, 'weightDecay': 0.01}),
    ('sgd', {'learningRate': 0.25, 'clipNorm': 0.5}),
    ('sgd', {'learningRate': 0.1, 'momentum': 0.5, 'clipNorm': 5.0}),
    ('rmsprop', {'learningRate': 0.01}),
    ('rmsprop', {'learningRate': 0.005, 'decay': 0.9, 'momentum': 0.9}),
    ('rmsprop', {'learningRate': 0.01, 'centered': True}),
    ('rmsprop', {'learningRate': 0.01, 'decay': 0.95, 'epsilon': 1e-4, 'centered': True, 'momentum': 0.5,
                 'weightDecay': 0.05}),
    ('adam', {'learningRate': 0.001}),
    ('adam', {'learningRate': 0.05, 'beta1': 0.8, 'beta2': 0.95, 'epsilon': 1e-6, 'weightDecay': 0.01}),
    ('adam', {'learningRate': 0.05, 'clipNorm': 0.5}),
    ('adamw', {'learningRate': 0.001}),
    ('adamw', {'learningRate': 0.05, 'weightDecay': 0.1}),
]

NAMES = {'learningRate': 'lr', 'epsilon': 'eps', 'decay': 'alpha', 'weightDecay': 'weight_decay'}
CLASSES = {'sgd': 'SGD', 'rmsprop': 'RMSprop', 'adam': 'Adam', 'adamw': 'AdamW'}


def trajectory(name, options):
    arguments = {NAMES.get(key, key): value for key, value in options.items()}
    clip_norm = arguments.pop('clipNorm', None)
    if 'beta1' in arguments:
        arguments['betas'] = (arguments.pop('beta1'), arguments.pop('beta2'))
    p = torch.tensor(START, requires_grad=True)
    a, b, c = torch.tensor(A), torch.tensor(B), torch.tensor(C)
    optimizer = getattr(torch.optim, CLASSES[name])([p], **arguments)
    for _ in range(STEPS):
        optimizer.zero_grad()
        loss = (a * (p - b) ** 2).sum() + (torch.tanh(p) * c).sum()
        loss.backward()
        if clip_norm is not None:
            torch.nn.utils.clip_grad_norm_([p], clip_norm)
        optimizer.step()
        yield p.tolist()


cases = [{'optimizer': {'name': name, **options}, 'trajectory': list(trajectory(name, options))}
         for name, options in CASES]
head = {'torch': torch.__version__, 'loss': 'sum(a (p - b)^2) + sum(c tanh(p))', 'a': A, 'b': B, 'c': C, 'start': START}
lines = [f'  {json.dumps(key)}: {json.dumps(value)}' for key, value in head.items()]
lines.append('  "cases": [\n    ' + ',\n    '.join(map(json.dumps, cases)) + '\n  ]')
Path(__file__).with_suffix('.json').write_text('{\n' + ',\n'.join(lines) + '\n}\n')
