// A process of its own, started by revectorization.node.ts: prints the SHA-256 of the fixed workload.

import { createHash } from 'node:crypto';
import { workload } from './workload.ts';

process.stdout.write(createHash('sha256').update(workload()).digest('hex'));
