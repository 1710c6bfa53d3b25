# Makes golden.json: square matrices and their spectral radii, the largest absolute value of the eigenvalues, by NumPy in
# float64 from float32 entries.
# Run: python3 src/initializers/golden.py

import json
from pathlib import Path

import numpy

random = numpy.random.default_rng(20264)

MATRICES = {
    'one element': [[-0.25]],
    'a rotation, whose eigenvalues are a complex pair': [[0.0, -2.0], [2.0, 0.0]],
    'a shear, which has too few eigenvectors': [[0.5, 3.0], [0.0, 0.5]],
    'a large and a small one': [[1e4, 1.0], [1.0, 1e-4]],
    'small entries': 1e-6 * random.standard_normal((7, 7)),
    'normal deviates': random.standard_normal((20, 20)),
    'a few in each column': random.standard_normal((30, 30)) * (random.random((30, 30)) < 0.1),
}

cases = []
for name, values in MATRICES.items():
    matrix = numpy.array(values, dtype=numpy.float32)
    radius = numpy.abs(numpy.linalg.eigvals(matrix.astype(numpy.float64))).max()
    cases.append({'name': name, 'n': len(matrix), 'matrix': matrix.ravel().tolist(), 'radius': radius})

lines = ',\n    '.join(map(json.dumps, cases))
text = f'{{\n  "numpy": "{numpy.__version__}",\n  "spectralRadius": [\n    {lines}\n  ]\n}}\n'
Path(__file__).with_suffix('.json').write_text(text)
