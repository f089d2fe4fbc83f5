/** Counts the byte arrays that are made, which is what garbage on hot paths consists of. Buffers of Node's own are made elsewhere, and are not seen. */

const PLAIN = Uint8Array;

export interface ArraysMade {
  arrays: number;
  /** Of the arrays; views of what is there cost none. */
  bytes: number;
}

/** Counts from now on, until it is disposed of. One at a time. */
export class ArrayCounter implements Disposable {
  readonly made: ArraysMade = { arrays: 0, bytes: 0 };

  constructor() {
    const { made } = this;
    globalThis.Uint8Array = new Proxy(PLAIN, {
      construct: (target, args: readonly unknown[], newTarget) => {
        const whole = newTarget === globalThis.Uint8Array ? target : newTarget;
        const array = Reflect.construct(target, args, whole) as Uint8Array;
        made.arrays++;
        if (!(args[0] instanceof ArrayBuffer)) made.bytes += array.byteLength;
        return array;
      },
    });
  }

  [Symbol.dispose](): void {
    globalThis.Uint8Array = PLAIN;
  }
}
