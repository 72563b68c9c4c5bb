package dev.culvert.endpoint.kernel;

import static java.nio.ByteOrder.BIG_ENDIAN;
import static java.nio.ByteOrder.LITTLE_ENDIAN;

import dev.culvert.kit.posix.LinuxConstants;
import dev.culvert.kit.posix.SystemCall;
import java.nio.ByteBuffer;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/** Memory that a system call reads and writes, laid out as the kernel's 64-bit little-endian ABI has it. One per call. */
final class CallMemory {
    static final int ADDRESS_LENGTH = 28;
    private static final int MESSAGE = 56;
    private static final int HEADROOM = 128;

    private final ByteBuffer owner;
    private final UnsafeBuffer memory;

    /** Room for a header of any kind and so many bytes. */
    CallMemory(final int bytes) {
        owner = BufferUtil.allocateDirectAligned(HEADROOM + bytes, Long.BYTES);
        memory = new UnsafeBuffer(owner);
    }

    /** Room that begins with these bytes. */
    CallMemory(final byte[] bytes) {
        this(bytes.length);
        memory.putBytes(HEADROOM, bytes);
    }

    /** Address of the bytes. */
    long bytes() {
        return memory.addressOffset() + HEADROOM;
    }

    byte[] copy(final int offset, final int length) {
        final byte[] copy = new byte[Math.max(0, length)];
        memory.getBytes(HEADROOM + offset, copy);
        return copy;
    }

    int u16(final int offset) {
        return memory.getShort(HEADROOM + offset, LITTLE_ENDIAN) & 0xffff;
    }

    void putInt(final int offset, final int value) {
        memory.putInt(HEADROOM + offset, value, LITTLE_ENDIAN);
    }

    void putShort(final int offset, final int value) {
        memory.putShort(HEADROOM + offset, (short) value, LITTLE_ENDIAN);
    }

    void putLong(final int offset, final long value) {
        memory.putLong(HEADROOM + offset, value, LITTLE_ENDIAN);
    }

    /** A length in the headroom, as calls want one by address. */
    long lengthCell(final int value) {
        memory.putInt(0, value, LITTLE_ENDIAN);
        return memory.addressOffset();
    }

    int lengthCell() {
        return memory.getInt(0, LITTLE_ENDIAN);
    }

    /**
     * A {@code struct msghdr} in the headroom over parts of the bytes: {@code text} bytes from the start, then control, then
     * an address.
     */
    long message(final int text, final int control, final int addressLength) {
        memory.setMemory(0, HEADROOM, (byte) 0);
        final long address = bytes() + text + control;
        memory.putLong(0, addressLength == 0 ? 0 : address, LITTLE_ENDIAN);
        memory.putInt(8, addressLength, LITTLE_ENDIAN);
        memory.putLong(16, memory.addressOffset() + MESSAGE, LITTLE_ENDIAN);
        memory.putLong(24, 1, LITTLE_ENDIAN);
        memory.putLong(32, control == 0 ? 0 : bytes() + text, LITTLE_ENDIAN);
        memory.putLong(40, control, LITTLE_ENDIAN);
        memory.putLong(MESSAGE, bytes(), LITTLE_ENDIAN);
        memory.putLong(MESSAGE + 8, text, LITTLE_ENDIAN);
        return memory.addressOffset();
    }

    /** The same with {@code text} bytes that are nowhere. */
    long messageNowhere(final int text, final int addressLength) {
        final long message = message(0, 0, addressLength);
        memory.putLong(MESSAGE, 0, LITTLE_ENDIAN);
        memory.putLong(MESSAGE + 8, text, LITTLE_ENDIAN);
        return message;
    }

    /** What the kernel has made of the message's control length. */
    int controlLength() {
        return (int) memory.getLong(40, LITTLE_ENDIAN);
    }

    int messageFlags() {
        return memory.getInt(48, LITTLE_ENDIAN);
    }

    // ------------------------------------------------------------------ addresses

    /** Writes a socket address; its length. */
    int putAddress(final int offset, final SystemCall.Address address) {
        final int at = HEADROOM + offset;
        memory.setMemory(at, ADDRESS_LENGTH, (byte) 0);
        memory.putShort(at, (short) address.family(), LITTLE_ENDIAN);
        memory.putShort(at + 2, (short) address.port(), BIG_ENDIAN);
        if (address.family() == LinuxConstants.AF_INET6) {
            memory.putLong(at + 8, address.high(), BIG_ENDIAN);
            memory.putLong(at + 16, address.low(), BIG_ENDIAN);
            return ADDRESS_LENGTH;
        }
        memory.putInt(at + 4, (int) address.low(), BIG_ENDIAN);
        return 16;
    }

    /** Reads a socket address; null where there is none. */
    SystemCall.Address address(final int offset) {
        final int at = HEADROOM + offset;
        final int port = memory.getShort(at + 2, BIG_ENDIAN) & 0xffff;
        return switch (memory.getShort(at, LITTLE_ENDIAN)) {
            case LinuxConstants.AF_INET ->
                new SystemCall.Address(
                        LinuxConstants.AF_INET,
                        0,
                        0xffffL << 32 | Integer.toUnsignedLong(memory.getInt(at + 4, BIG_ENDIAN)),
                        port);
            case LinuxConstants.AF_INET6 ->
                new SystemCall.Address(
                        LinuxConstants.AF_INET6,
                        memory.getLong(at + 8, BIG_ENDIAN),
                        memory.getLong(at + 16, BIG_ENDIAN),
                        port);
            default -> null;
        };
    }
}
