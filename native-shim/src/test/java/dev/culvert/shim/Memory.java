package dev.culvert.shim;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** Off-heap memory for a test. */
final class Memory {
    final ByteBuffer bytes;
    final long address;

    Memory(final int size) {
        bytes = ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
        address = Pointer.wrap(Runtime.getSystemRuntime(), bytes).address();
    }
}
