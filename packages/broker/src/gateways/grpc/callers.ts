/** Who is connected: one `Caller` per connection, shared by all its calls, gone when the last of them has ended. */
import { ByteBudget } from '../../services/byte-budget.ts';
import type { Caller, ServiceMetrics } from '../../services/ports.ts';

interface Connected {
  readonly caller: Caller;
  calls: number;
}

export class Callers {
  private readonly inFlightBytesMax: number;
  private readonly metrics: ServiceMetrics;
  /** By address and principal: a connection may be used for several. */
  private readonly connected = new Map<string, Connected>();
  private nextId = 1;

  constructor(options: { readonly inFlightBytesMax: number; readonly metrics: ServiceMetrics }) {
    this.inFlightBytesMax = options.inFlightBytesMax;
    this.metrics = options.metrics;
  }

  get size(): number {
    return this.connected.size;
  }

  /** A call of the connection with this address begins. */
  enter(address: string, principal: string | undefined): Caller {
    const key = keyOf(address, principal);
    let connected = this.connected.get(key);
    if (connected === undefined) {
      const inFlight = new ByteBudget(this.inFlightBytesMax);
      const caller: Caller = { id: this.nextId++, protocol: 'grpc', address, principal, inFlight };
      connected = { caller, calls: 0 };
      this.connected.set(key, connected);
      this.metrics.connections('grpc', 1);
    }
    connected.calls++;
    return connected.caller;
  }

  /** A call ended; every `enter` is followed by one `leave`. */
  leave(caller: Caller): void {
    const key = keyOf(caller.address, caller.principal);
    const connected = this.connected.get(key);
    if (connected?.caller !== caller) return;
    connected.calls--;
    if (connected.calls > 0) return;
    this.connected.delete(key);
    this.metrics.connections('grpc', -1);
  }
}

function keyOf(address: string, principal: string | undefined): string {
  return principal === undefined ? address : `${address} ${principal}`;
}
