#!/usr/bin/env node
import { launch } from './launch.js';

await launch('flowmesh', import.meta.url, new URL('../flowmesh.ts', import.meta.url).href);
