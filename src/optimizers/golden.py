# Makes golden.json: trajectories of PyTorch's optimizers in float32 on a problem of seven parameters that a test
# can state as a graph; trajectory[i] is p after i + 1 steps. An optimizer's options bear our names; an option that is
# absent has PyTorch's default. What PyTorch does not have is written out below, in float64. Line searches, whose course
# depends on every digit, are done in float64 as well, from Rosenbrock's starting point, too.
# Run: python3 src/optimizers/golden.py   (any PyTorch >= 1.12, on the CPU)

import itertools
import json
from pathlib import Path

import torch
from torch.optim.lbfgs import _strong_wolfe

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
    ('amsgrad', {'learningRate': 0.01}),
    ('amsgrad', {'learningRate': 0.1, 'beta1': 0.8, 'beta2': 0.9, 'epsilon': 1e-4, 'weightDecay': 0.01}),
    ('nadam', {'learningRate': 0.002}),
    ('nadam', {'learningRate': 0.05, 'beta1': 0.8, 'beta2': 0.95, 'epsilon': 1e-6, 'momentumDecay': 0.1,
               'weightDecay': 0.01}),
    ('adagrad', {'learningRate': 0.1}),
    ('adagrad', {'learningRate': 0.1, 'learningRateDecay': 0.05, 'initial': 0.5, 'epsilon': 1e-4, 'weightDecay': 0.1}),
    ('adadelta', {'learningRate': 1.0}),
    ('adadelta', {'learningRate': 0.5, 'decay': 0.8, 'epsilon': 1e-3, 'weightDecay': 0.1}),
    ('rprop', {'learningRate': 0.01}),
    ('rprop', {'learningRate': 0.1, 'shrink': 0.25, 'grow': 1.5, 'minStep': 0.01, 'maxStep': 0.5}),
    ('lion', {'learningRate': 0.02}),
    ('lion', {'learningRate': 0.05, 'beta1': 0.8, 'beta2': 0.9, 'weightDecay': 0.1, 'clipNorm': 1.0}),
    ('rmsprop', {'learningRate': 0.01, 'decay': 0.9, 'initial': 1, 'epsilonInside': True, 'momentum': 0.9,
                 'nesterov': True}),
    ('rmsprop', {'learningRate': 0.01, 'decay': 0.9, 'initial': 1, 'epsilonInside': True, 'momentum': 0.5,
                 'nesterov': True, 'stepAdapt': 0.2, 'minLearningRate': 0.008, 'maxLearningRate': 0.03}),
]

NAMES = {'learningRate': 'lr', 'epsilon': 'eps', 'decay': 'alpha', 'weightDecay': 'weight_decay',
         'momentumDecay': 'momentum_decay', 'learningRateDecay': 'lr_decay', 'initial': 'initial_accumulator_value'}
CLASSES = {'sgd': 'SGD', 'rmsprop': 'RMSprop', 'adam': 'Adam', 'adamw': 'AdamW', 'amsgrad': 'Adam', 'nadam': 'NAdam',
           'adagrad': 'Adagrad', 'adadelta': 'Adadelta', 'rprop': 'Rprop'}


class Lion:
    """Algorithm 2 of Chen et al., arXiv:2302.06675."""

    def __init__(self, p, learningRate, beta1=0.9, beta2=0.99, weightDecay=0):
        self.options = learningRate, beta1, beta2, weightDecay
        self.m = torch.zeros_like(p)

    def step(self, p, g):
        learning_rate, beta1, beta2, weight_decay = self.options
        c = beta1 * self.m + (1 - beta1) * g
        self.m = beta2 * self.m + (1 - beta2) * g
        return p - learning_rate * (torch.sign(c) + weight_decay * p)


class OriginalRmsprop:
    """climin's: the momentum step is made before the gradient is taken. Here the first of it is zero, and after
    every step the next one is made at once, so that p is always where the gradient is taken."""

    def __init__(self, p, learningRate, decay, momentum, stepAdapt=0, minLearningRate=0, maxLearningRate=float('inf'),
                 **_):
        self.decay, self.momentum, self.adapt = decay, momentum, stepAdapt
        self.range = minLearningRate, maxLearningRate
        self.rate = torch.full_like(p, learningRate)
        self.mean_square = torch.ones_like(p)
        self.velocity = torch.zeros_like(p)

    def step(self, p, g):
        self.mean_square = self.decay * self.mean_square + (1 - self.decay) * g**2
        change = self.rate * g / torch.sqrt(self.mean_square + 1e-8)
        velocity = self.momentum * self.velocity + change
        agree = ((velocity > 0) == (self.velocity > 0)).double()
        self.rate = torch.clip(self.rate * (1 + 2 * self.adapt * agree - self.adapt), *self.range)
        self.velocity = velocity
        return p - change - self.momentum * velocity


def bowl(p):
    a, b, c = (torch.tensor(x, dtype=p.dtype) for x in (A, B, C))
    return (a * (p - b) ** 2).sum() + (torch.tanh(p) * c).sum()


def slope(p, clip_norm):
    """The gradient of the loss."""
    p = p.detach().requires_grad_()
    bowl(p).backward()
    if clip_norm is not None:
        torch.nn.utils.clip_grad_norm_([p], clip_norm)
    return p.grad


def pytorch(name, clipNorm=None, **options):
    arguments = {NAMES.get(key, key): value for key, value in options.items()}
    if 'beta1' in arguments:
        arguments['betas'] = (arguments.pop('beta1'), arguments.pop('beta2'))
    if name == 'amsgrad':
        arguments['amsgrad'] = True
    if name == 'nadam':
        # Of PyTorch 1.13's two implementations the other one multiplies by the momentum of the step twice.
        arguments['foreach'] = True
    if name == 'adadelta' and 'alpha' in arguments:
        arguments['rho'] = arguments.pop('alpha')
    if name == 'rprop' and 'grow' in arguments:
        arguments['etas'] = (arguments.pop('shrink'), arguments.pop('grow'))
        arguments['step_sizes'] = (arguments.pop('minStep'), arguments.pop('maxStep'))
    p = torch.tensor(START, requires_grad=True)
    optimizer = getattr(torch.optim, CLASSES[name])([p], **arguments)
    for _ in range(STEPS):
        p.grad = slope(p, clipNorm)
        optimizer.step()
        yield p.tolist()


def written_out(kind, clipNorm=None, **options):
    p = torch.tensor(START, dtype=torch.float64)
    optimizer = kind(p, **options)
    for _ in range(STEPS):
        p = optimizer.step(p, slope(p, clipNorm))
        yield p.tolist()


def trajectory(name, options):
    if name == 'lion':
        return written_out(Lion, **options)
    if 'epsilonInside' in options:
        return written_out(OriginalRmsprop, **options)
    return pytorch(name, **options)


def rosenbrock(p):
    x, y = p
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def lbfgs(loss, start, historySize=10, learningRate=1):
    """PyTorch's, one iteration per step."""
    p = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([p], lr=learningRate, history_size=historySize, max_iter=1, tolerance_grad=0,
                                  tolerance_change=0, line_search_fn='strong_wolfe')

    def closure():
        optimizer.zero_grad()
        value = loss(p)
        value.backward()
        return value

    for _ in range(STEPS):
        optimizer.step(closure)
        yield p.tolist()


def conjugate_gradients(loss, start, c2=0.2):
    """Gilbert & Nocedal's choice of beta with Powell's restarts, over PyTorch's line search."""
    def at(p, t=0.0, direction=0.0):
        moved = (p + t * direction).detach().requires_grad_()
        value = loss(moved)
        value.backward()
        return value.item(), moved.grad

    p = torch.tensor(start, dtype=torch.float64)
    (f, g), previous, direction, beta = at(p), None, torch.zeros_like(p), 0.0
    for _ in range(STEPS):
        if g.abs().max() < 1e-6:
            yield p.tolist()
            continue
        direction = beta * direction - g
        slope = g.dot(direction)
        if previous is None:
            t = min(1.0, (1 / g.abs().sum()).item())
        else:
            t = (t * previous / slope).item()
        previous, old = slope, g
        f, g, t, _ = _strong_wolfe(at, p, t, direction, f, g, slope, c2=c2)
        p = p + t * direction
        fletcher_reeves, polak_ribiere = g.dot(g) / old.dot(old), g.dot(g - old) / old.dot(old)
        beta = max(-fletcher_reeves, min(polak_ribiere, fletcher_reeves))
        if abs(g.dot(old)) >= 0.1 * g.dot(g):
            beta = 0.0
        yield p.tolist()


METHODS = {'lbfgs': lbfgs, 'conjugateGradients': conjugate_gradients}
PROBLEMS = {'bowl': (bowl, START), 'rosenbrock': (rosenbrock, [-1.2, 1.0])}
SEARCHES = [('lbfgs', {}), ('lbfgs', {'historySize': 3, 'learningRate': 0.5}), ('conjugateGradients', {}),
            ('conjugateGradients', {'c2': 0.1})]

# Line searches by themselves: on polynomials of the step length, coefficients from the constant on.
POLYNOMIALS = [[1, -1, 1], [0, -1, 0.05], [5, -3, 0, 2], [2, -0.5, 0, 0, 100], [1, -4, 9, -7, 1.8], [0, -1, -4, 0, 0.01],
               [0, -1e-3, 7, -3, 0.4], [3, -2, 0.5, 0.1, 0, 0, 1e-4]]


def line_search(coefficients, t, c2):
    def at(_, t, __):
        looked.append(float(t))
        powers = [float(t) ** i for i in range(len(coefficients))]
        slopes = [i * c * float(t) ** (i - 1) for i, c in enumerate(coefficients) if i > 0]
        return sum(c * p for c, p in zip(coefficients, powers)), torch.tensor([sum(slopes)], dtype=torch.float64)

    looked = []
    one = torch.ones(1, dtype=torch.float64)
    slope = torch.tensor([coefficients[1]], dtype=torch.float64)
    _, _, taken, _ = _strong_wolfe(at, None, t, one, coefficients[0], slope, slope.dot(one), c2=c2)
    return {'coefficients': coefficients, 'first': t, 'c2': c2, 'looked': looked, 'taken': float(taken)}


cases = [{'optimizer': {'name': name, **options}, 'trajectory': list(trajectory(name, options))}
         for name, options in CASES]
head = {'torch': torch.__version__, 'loss': 'sum(a (p - b)^2) + sum(c tanh(p))', 'a': A, 'b': B, 'c': C, 'start': START}
lines = [f'  {json.dumps(key)}: {json.dumps(value)}' for key, value in head.items()]
searches = [{'optimizer': {'name': name, **options}, 'problem': problem,
             'trajectory': list(METHODS[name](loss, start, **options))}
            for name, options in SEARCHES for problem, (loss, start) in PROBLEMS.items()]
lines.append('  "searches": [\n    ' + ',\n    '.join(map(json.dumps, searches)) + '\n  ]')
line_searches = [line_search(*case) for case in itertools.product(POLYNOMIALS, [1, 0.01, 30], [0.9, 0.1, 0.01])]
lines.append('  "lineSearches": [\n    ' + ',\n    '.join(map(json.dumps, line_searches)) + '\n  ]')
lines.append('  "cases": [\n    ' + ',\n    '.join(map(json.dumps, cases)) + '\n  ]')
Path(__file__).with_suffix('.json').write_text('{\n' + ',\n'.join(lines) + '\n}\n')
