#!/usr/bin/env node
// Where `alc` begins: with what must be in force before anything else is loaded.

import { keepDebuggerClosed } from './interruption.ts';

keepDebuggerClosed();
await import('./commandLine.ts');
