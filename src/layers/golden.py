# Makes golden.json: outputs of layers, gradients of a weighted sum of them by the input and by all parameters, and what
# batch normalization keeps, by PyTorch in float64 at float32 arguments. Axes and names are those of alchemie.
# Run: python3 src/layers/golden.py   (any PyTorch >= 1.12)

import json
from pathlib import Path

import torch
from torch import nn

torch.manual_seed(4)
cases = []


def numbers(t):
    return [float(f'{v:.10g}') for v in t.detach().reshape(-1).tolist()]


def plain(t):
    return {'shape': list(t.shape), 'data': numbers(t)}


def draw(*shape, scale=1.0):
    return (scale * torch.randn(*shape)).float().double()


def case(layer, x, forward, parameters, options=None, mask=None, buffers=None, training=True):
    """parameters: name -> leaf tensors as alchemie has them; forward(x) gives the output with them."""
    x = x.clone()
    if x.is_floating_point():
        x.requires_grad_()
    for p in parameters.values():
        p.requires_grad_()
    y = forward(x)
    outer = draw(*y.shape)
    (y * outer).sum().backward()
    one = {'layer': layer, 'options': options or {}, 'training': training, 'x': plain(x), 'output': plain(y), 'outer': numbers(outer)}
    if mask is not None:
        one['mask'] = plain(mask)
    if x.requires_grad:
        one['xGradient'] = numbers(x.grad)
    one['parameters'] = {name: {**plain(p), 'gradient': numbers(p.grad)} for name, p in parameters.items()}
    if buffers is not None:
        before, after = buffers
        one['buffers'] = {name: {**plain(value), 'next': numbers(after()[name])} for name, value in before.items()}
    cases.append(one)


# Convolution: NHWC here, NCHW there.

def convolve2d(w, b, **options):
    return lambda x: nn.functional.conv2d(x.permute(0, 3, 1, 2), w.permute(3, 2, 0, 1), b, **options).permute(0, 2, 3, 1)


for shape, kernel, options in [
    ((2, 6, 5, 3), (3, 3, 3, 4), {}),
    ((1, 7, 6, 2), (3, 2, 2, 3), {'stride': (2, 1), 'padding': (1, 0)}),
    ((2, 7, 7, 2), (2, 3, 2, 2), {'dilation': (2, 3), 'padding': 2, 'stride': 2}),
]:
    w, b = draw(*kernel), draw(kernel[3])
    case('conv2d', draw(*shape), convolve2d(w, b, **options), {'l.weight': w, 'l.bias': b},
         {'filters': kernel[3], 'kernel': list(kernel[:2]), **options})

w, b = draw(1, 3, 2, 4), draw(4)
case('conv1d', draw(2, 9, 2),
     lambda x: nn.functional.conv1d(x.transpose(1, 2), w[0].permute(2, 1, 0), b, stride=2, padding=2, dilation=2).transpose(1, 2),
     {'l.weight': w, 'l.bias': b}, {'filters': 4, 'kernel': 3, 'stride': 2, 'padding': 2, 'dilation': 2})

# Pooling.

for kind, module, options in [
    ('max', nn.MaxPool2d, {'size': 2}),
    ('max', nn.MaxPool2d, {'size': [3, 2], 'stride': [2, 1], 'padding': 1}),
    ('max', nn.MaxPool2d, {'size': 2, 'dilation': 2, 'stride': 1}),
    ('mean', nn.AvgPool2d, {'size': 2}),
    ('mean', nn.AvgPool2d, {'size': [3, 2], 'stride': [2, 1], 'padding': 1}),
]:
    torch_options = {('kernel_size' if k == 'size' else k): (tuple(v) if isinstance(v, list) else v) for k, v in options.items()}
    pool = module(**torch_options)
    case('pool', draw(2, 6, 5, 3), lambda x: pool(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1), {}, {'kind': kind, **options})
for kind, reduce in [('mean', lambda x: x.mean((1, 2))), ('max', lambda x: x.amax((1, 2)))]:
    case('globalPool', draw(2, 3, 4, 5), reduce, {}, {'kind': kind})

# Embedding and normalization.

w = draw(7, 3)
case('embedding', torch.tensor([[0, 3, 3], [6, 2, 0]]), lambda x: nn.functional.embedding(x, w), {'l.weight': w},
     {'vocabulary': 7, 'units': 3})

scale, shift = draw(5), draw(5)
case('layerNorm', draw(2, 3, 5), lambda x: nn.functional.layer_norm(x, (5,), scale, shift), {'l.scale': scale, 'l.shift': shift})

for shape, training in [((6, 3), True), ((2, 3, 4, 3), True), ((4, 3), False)]:
    scale, shift, mean, variance = draw(1, 3), draw(1, 3), draw(1, 3), draw(1, 3).abs() + 0.5
    norm = nn.BatchNorm1d(3).double().train(training)
    norm.running_mean.copy_(mean[0])
    norm.running_var.copy_(variance[0])

    def forward(x):
        y = nn.functional.batch_norm(x.reshape(-1, 3), norm.running_mean, norm.running_var, scale[0], shift[0], training)
        return y.reshape(x.shape)

    case('batchNorm', draw(*shape), forward, {'l.scale': scale, 'l.shift': shift},
         buffers=({'l.mean': mean, 'l.variance': variance},
                  lambda: {'l.mean': norm.running_mean, 'l.variance': norm.running_var}), training=training)

# Recurrent layers. PyTorch has gates below each other and a second bias, which is zero where alchemie has one.

GATES = {
    'rnn': (nn.RNN, ['state']),
    'lstm': (nn.LSTM, ['input', 'forget', 'candidate', 'output']),
    'gru': (nn.GRU, ['reset', 'update', 'candidate']),
}


def recurrent_parameters(layer, prefix, d, units):
    parameters = {}
    for gate in GATES[layer][1]:
        parameters[f'{prefix}.{gate}.weight'] = draw(d, units, scale=0.5)
        parameters[f'{prefix}.{gate}.bias'] = draw(units, scale=0.5)
        parameters[f'{prefix}.{gate}.recurrent'] = draw(units, units, scale=0.5)
    if layer == 'gru':
        parameters[f'{prefix}.candidate.recurrentBias'] = draw(units, scale=0.5)
    return parameters


def flat_weights(layer, prefix, parameters, units):
    gates = GATES[layer][1]
    stack = lambda part: torch.cat([parameters[f'{prefix}.{gate}.{part}'].T for gate in gates])
    bias = torch.cat([parameters[f'{prefix}.{gate}.bias'] for gate in gates])
    zeros = torch.zeros(units).double()
    second = torch.cat([parameters.get(f'{prefix}.{gate}.recurrentBias', zeros) for gate in gates])
    return [stack('weight'), stack('recurrent'), bias, second]


def run(layer, x, weights, units, lengths=None):
    """Outputs by functional calls, so that gradients reach the parameters; padded steps keep the state."""
    w, u, b, c = weights
    h = torch.zeros(x.shape[0], units).double()
    cell = torch.zeros(x.shape[0], units).double()
    outputs = []
    for t in range(x.shape[1]):
        if layer == 'rnn':
            now, after = torch.rnn_tanh_cell(x[:, t], h, w, u, b, c), cell
        elif layer == 'gru':
            now, after = torch.gru_cell(x[:, t], h, w, u, b, c), cell
        else:
            now, after = torch.lstm_cell(x[:, t], (h, cell), w, u, b, c)
        keep = torch.ones(x.shape[0], 1).double() if lengths is None else (lengths > t).double()[:, None]
        h, cell = keep * now + (1 - keep) * h, keep * after + (1 - keep) * cell
        outputs.append(h)
    return torch.stack(outputs, 1)


for layer, (module, _) in GATES.items():
    d, units = 3, 4
    parameters = recurrent_parameters(layer, 'l', d, units)
    x = draw(2, 5, d)
    # The cells above are the layers of torch.nn.
    whole = module(d, units, batch_first=True).double()
    with torch.no_grad():
        for p, value in zip(whole.parameters(), flat_weights(layer, 'l', parameters, units)):
            p.copy_(value)
        assert torch.allclose(whole(x)[0], run(layer, x, flat_weights(layer, 'l', parameters, units), units), atol=1e-12)
    case(layer, x, lambda x: run(layer, x, flat_weights(layer, 'l', parameters, units), units), parameters, {'units': units})
    parameters = recurrent_parameters(layer, 'l', d, units)
    lengths = torch.tensor([5, 2, 3])
    mask = (torch.arange(5)[None] < lengths[:, None]).double()
    case(layer, draw(3, 5, d), lambda x: run(layer, x, flat_weights(layer, 'l', parameters, units), units, lengths),
         parameters, {'units': units}, mask=mask)

d, units = 3, 2
parameters = {**recurrent_parameters('lstm', 'l.forwards', d, units), **recurrent_parameters('lstm', 'l.backwards', d, units)}


def both(x):
    forwards = run('lstm', x, flat_weights('lstm', 'l.forwards', parameters, units), units)
    backwards = run('lstm', x.flip(1), flat_weights('lstm', 'l.backwards', parameters, units), units).flip(1)
    return torch.cat([forwards, backwards], 2)


case('bidirectional', draw(2, 4, d), both, parameters, {'units': units})

# Attention.


def attend(heads, parameters, causal, padding):
    def forward(x):
        names = ['query', 'key', 'value']
        w = torch.cat([parameters[f'l.{name}.weight'].T for name in names])
        b = torch.cat([parameters[f'l.{name}.bias'] for name in names])
        steps = x.shape[1]
        future = torch.triu(torch.ones(steps, steps, dtype=torch.bool), 1) if causal else None
        t = x.transpose(0, 1)
        y, _ = nn.functional.multi_head_attention_forward(
            t, t, t, x.shape[2], heads, w, b, None, None, False, 0.0,
            parameters['l.output.weight'].T, parameters['l.output.bias'], key_padding_mask=padding, attn_mask=future)
        return y.transpose(0, 1)
    return forward


for heads, causal, padded in [(1, False, False), (2, True, False), (3, False, True), (2, True, True)]:
    d = 6
    parameters = {}
    for name in ['query', 'key', 'value', 'output']:
        parameters[f'l.{name}.weight'] = draw(d, d, scale=0.6)
        parameters[f'l.{name}.bias'] = draw(d, scale=0.6)
    mask = (torch.arange(4)[None] < torch.tensor([4, 2])[:, None]).double() if padded else None
    case('attention', draw(2, 4, d), attend(heads, parameters, causal, None if mask is None else mask == 0), parameters,
         {'heads': heads, 'causal': causal}, mask=mask)

lines = [json.dumps(one) for one in cases]
Path(__file__).with_suffix('.json').write_text(
    '{\n  "torch": ' + json.dumps(torch.__version__) + ',\n  "cases": [\n    ' + ',\n    '.join(lines) + '\n  ]\n}\n')
