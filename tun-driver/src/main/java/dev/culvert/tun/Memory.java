package dev.culvert.tun;

import io.netty.buffer.ByteBuf;
import org.agrona.BufferUtil;

/** Where the bytes of a buffer lie, also where netty keeps its address to itself (JDK 24 and later without Unsafe). */
final class Memory {
    private Memory() {}

    /** Whether the buffer is one piece of off-heap memory. */
    static boolean isOnePiece(final ByteBuf buffer) {
        return buffer.hasMemoryAddress() || buffer.isDirect() && buffer.nioBufferCount() == 1;
    }

    /** Off-heap address of the byte at {@code index}. */
    static long address(final ByteBuf buffer, final int index) {
        return buffer.hasMemoryAddress()
                ? buffer.memoryAddress() + index
                : BufferUtil.address(buffer.nioBuffer(index, 0).slice());
    }
}
