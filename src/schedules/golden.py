# Makes golden.json: learning rates of PyTorch's schedulers at steps 0, 1, 2, … in double precision. CosineAnnealingLR
# rises again after T_max, so its rates end there. PyTorch computes most rates recursively: they hold to about 1e-15.
# Run: python3 src/schedules/golden.py   (any PyTorch >= 1.12)

import json
import warnings
from pathlib import Path

import torch

STEPS = 40

CASES = [
    ('LinearLR', 0.1, {'start_factor': 1.0, 'end_factor': 0.1, 'total_iters': 25}),
    ('LinearLR', 0.003, {'start_factor': 0.5, 'end_factor': 1.0, 'total_iters': 40}),
    ('LinearLR', 0.1, {'start_factor': 1e-6, 'end_factor': 1.0, 'total_iters': 10}),
    ('CosineAnnealingLR', 0.1, {'T_max': 40, 'eta_min': 0.0}),
    ('CosineAnnealingLR', 0.05, {'T_max': 23, 'eta_min': 0.001}),
    ('StepLR', 0.1, {'step_size': 7, 'gamma': 0.5}),
    ('StepLR', 0.001, {'step_size': 1, 'gamma': 0.9}),
    ('ExponentialLR', 0.1, {'gamma': 0.95}),
    ('ExponentialLR', 0.02, {'gamma': 0.5}),
]


def rates(scheduler, learning_rate, arguments):
    optimizer = torch.optim.SGD([torch.zeros(1)], lr=learning_rate)
    schedule = getattr(torch.optim.lr_scheduler, scheduler)(optimizer, **arguments)
    for _ in range(arguments.get('T_max', STEPS) + 1):
        yield optimizer.param_groups[0]['lr']
        optimizer.step()
        schedule.step()


warnings.simplefilter('ignore')
cases = [{'scheduler': scheduler, 'arguments': arguments, 'learningRate': learning_rate,
          'rates': list(rates(scheduler, learning_rate, arguments))} for scheduler, learning_rate, arguments in CASES]
lines = [f'  "torch": {json.dumps(torch.__version__)}']
lines.append('  "cases": [\n    ' + ',\n    '.join(map(json.dumps, cases)) + '\n  ]')
Path(__file__).with_suffix('.json').write_text('{\n' + ',\n'.join(lines) + '\n}\n')
