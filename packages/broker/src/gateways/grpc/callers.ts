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
  private readonly byAddress = new Map<string, Connected>();
  private nextId = 1;

  constructor(options: { readonly inFlightBytesMax: number; readonly metrics: ServiceMetrics }) {
    this.inFlightBytesMax = options.inFlightBytesMax;
    this.metrics = options.metrics;
  }

  get size(): number {
    return this.byAddress.size;
  }

  /** A call of the connection with this address begins. */
  enter(address: string): Caller {
    let connected = this.byAddress.get(address);
    if (connected === undefined) {
      const inFlight = new ByteBudget(this.inFlightBytesMax);
      const caller: Caller = { id: this.nextId++, protocol: 'grpc', address, principal: undefined, inFlight };
      connected = { caller, calls: 0 };
      this.byAddress.set(address, connected);
      this.metrics.connections('grpc', 1);
    }
    connected.calls++;
    return connected.caller;
  }

  /** A call ended; every `enter` is followed by one `leave`. */
  leave(caller: Caller): void {
    const connected = this.byAddress.get(caller.address);
    if (connected?.caller !== caller) return;
    connected.calls--;
    if (connected.calls > 0) return;
    this.byAddress.delete(caller.address);
    this.metrics.connections('grpc', -1);
  }
}
