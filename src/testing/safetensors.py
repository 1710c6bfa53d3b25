# An independent reader of safetensors, with nothing but struct and numpy: prints name, shape and SHA-256 of each tensor,
# in the order of the data, and checks what the format demands.
import hashlib, json, struct, sys

import numpy

data = open(sys.argv[1], 'rb').read()
(length,) = struct.unpack('<Q', data[:8])
header = json.loads(data[8 : 8 + length].decode('utf-8'))
metadata = header.pop('__metadata__')
assert all(isinstance(value, str) for value in metadata.values())
start = 8 + length
assert start % 8 == 0
types = {'F32': '<f4', 'I32': '<i4', 'U8': '|u1'}
tensors, end = [], 0
for name, entry in sorted(header.items(), key=lambda item: item[1]['data_offsets']):
    begin, after = entry['data_offsets']
    assert begin == end, name
    end = after
    array = numpy.frombuffer(data[start + begin : start + after], types[entry['dtype']]).reshape(entry['shape'])
    tensors.append([name, list(array.shape), hashlib.sha256(array.tobytes()).hexdigest()])
assert start + end == len(data)
print(json.dumps({'metadata': metadata, 'tensors': tensors}))
