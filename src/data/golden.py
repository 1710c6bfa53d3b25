# Makes golden.json: files of NumPy as base64 with the numbers in them, and standardization, principal components and
# whitening of a matrix by NumPy in float64 from float32. Errors are absolute, about 1e-14.
# Run: python3 src/data/golden.py   (any NumPy >= 1.24)

import base64
import io
import json
from pathlib import Path

import numpy

TEXTS = {'nan': 'NaN', 'inf': 'Infinity', '-inf': '-Infinity'}

random = numpy.random.default_rng(20261)


def numbers(array):
    """Row-major; NaN and infinities as texts."""
    return [float(x) if numpy.isfinite(x) else TEXTS[str(float(x))] for x in array.astype(numpy.float64).ravel()]


def npy(array, version=None):
    file = io.BytesIO()
    numpy.lib.format.write_array(file, array, version)
    return {
        'file': base64.b64encode(file.getvalue()).decode(),
        'dtype': array.dtype.str,
        'fortran': bool(array.flags.f_contiguous and not array.flags.c_contiguous),
        'shape': list(array.shape),
        'data': numbers(array),
    }


def arrays():
    for dtype in ['?', 'u1', 'i1']:
        yield npy((random.integers(0, 2, (3, 2)) if dtype == '?' else random.integers(0, 100, (3, 2))).astype(dtype))
    for dtype in ['u2', 'i2', 'u4', 'i4', 'u8', 'i8', 'f2', 'f4', 'f8']:
        for order in '<>':
            low = 0 if dtype[0] == 'u' else -1000
            yield npy(random.integers(low, 1000, (2, 3)).astype(order + dtype))
    for dtype in ['f2', 'f4', 'f8']:
        edges = [0, -0.0, 1, -1.5, numpy.nan, numpy.inf, -numpy.inf, 6e-8, 1e-7, 65504, -0.1, numpy.pi]
        yield npy(numpy.array(edges).astype(dtype))
    for version in [(1, 0), (2, 0), (3, 0)]:
        yield npy(random.normal(size=(4,)).astype('f4'), version)
    for shape in [(3, 4), (2, 3, 4), (2, 1, 3, 2), (0, 5)]:
        yield npy(numpy.asfortranarray(random.normal(size=shape).astype('f4')))
    yield npy(numpy.array(7, dtype='i4'))


def npz():
    arrays = {'x': random.normal(size=(5, 3)).astype('f4'), 'long name, ü': numpy.zeros((30, 9), dtype='u1')}
    for save in [numpy.savez, numpy.savez_compressed]:
        file = io.BytesIO()
        save(file, **arrays)
        yield {
            'file': base64.b64encode(file.getvalue()).decode(),
            'arrays': {name: {'shape': list(a.shape), 'data': numbers(a)} for name, a in arrays.items()},
        }


def preprocessing():
    x = (random.normal(size=(12, 5)) @ random.normal(size=(5, 5)) + [0, 1, -2, 100, 5]).astype(numpy.float32)
    other = random.normal(size=(3, 5)).astype(numpy.float32)
    wide = x.astype(numpy.float64)
    mean = wide.mean(0)
    variances, vectors = numpy.linalg.eigh(numpy.cov(wide.T))
    variances, vectors = variances[::-1], vectors[:, ::-1]
    vectors = vectors * numpy.sign(vectors[abs(vectors).argmax(0), range(5)])

    def applied(f):
        return {'x': numbers(f(wide)), 'other': numbers(f(other.astype(numpy.float64)))}

    return {
        'x': numbers(x),
        'other': numbers(other),
        'variances': numbers(variances),
        'components': numbers(vectors.T),
        'standardized': applied(lambda a: (a - mean) / wide.std(0)),
        'projected': applied(lambda a: (a - mean) @ vectors[:, :2]),
        'whitened': applied(lambda a: (a - mean) @ vectors / numpy.sqrt(variances)),
        'zca': applied(lambda a: (a - mean) @ vectors @ numpy.diag((variances + 0.1) ** -0.5) @ vectors.T),
    }


golden = {'numpy': numpy.__version__, 'npy': list(arrays()), 'npz': list(npz()), 'preprocessing': preprocessing()}


def lines(value):
    """One line per entry."""
    open_, close = '[]' if isinstance(value, list) else '{}'
    entries = value if isinstance(value, list) else [f'{json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}' for k, v in value.items()]
    texts = [entry if isinstance(entry, str) else json.dumps(entry, ensure_ascii=False) for entry in entries]
    return open_ + '\n' + ',\n'.join(texts) + '\n' + close


parts = [f'{json.dumps(name)}: {json.dumps(v) if isinstance(v, str) else lines(v)}' for name, v in golden.items()]
Path(__file__).with_suffix('.json').write_text('{\n' + ',\n'.join(parts) + '\n}\n')
