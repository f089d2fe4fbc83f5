#!/usr/bin/env node
import { launch } from './launch.js';

await launch('flowmesh-admin', import.meta.url, new URL('../flowmesh-admin.ts', import.meta.url).href);
