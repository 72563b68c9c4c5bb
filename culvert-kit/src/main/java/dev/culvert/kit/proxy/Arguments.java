package dev.culvert.kit.proxy;

import dev.culvert.kit.posix.LinuxConstants;
import dev.culvert.kit.posix.SystemCall;
import dev.culvert.wire.IpAddress;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;

/** Reads a request's body, big-endian; whatever is too short, or left over, is refused. */
final class Arguments {
    private final ByteBuffer body;

    Arguments(final byte[] body) {
        this.body = ByteBuffer.wrap(body);
    }

    /** Reads something from the body. */
    private interface Reader<T> {
        T read();
    }

    private <T> T reading(final Reader<T> reader) throws ProtocolException {
        try {
            return reader.read();
        } catch (final BufferUnderflowException end) {
            throw new ProtocolException("its body of " + body.capacity() + " bytes is too short");
        }
    }

    int number() throws ProtocolException {
        return reading(body::getInt);
    }

    long longNumber() throws ProtocolException {
        return reading(body::getLong);
    }

    short shortNumber() throws ProtocolException {
        return reading(body::getShort);
    }

    int unsignedByte() throws ProtocolException {
        return reading(body::get) & 0xff;
    }

    /** A count that the body says of itself. */
    int count(final int most) throws ProtocolException {
        final int count = number();
        if (count < 0 || count > most) {
            throw new ProtocolException("a count of " + Integer.toUnsignedString(count));
        }
        return count;
    }

    byte[] blob() throws ProtocolException {
        final int length = number();
        if (length < 0 || length > body.remaining()) {
            throw new ProtocolException(
                    "a blob of " + Integer.toUnsignedString(length) + " bytes where " + body.remaining() + " are left");
        }
        return bytes(length);
    }

    private byte[] bytes(final int length) throws ProtocolException {
        final byte[] bytes = new byte[length];
        reading(() -> body.get(bytes));
        return bytes;
    }

    byte[] rest() throws ProtocolException {
        return bytes(body.remaining());
    }

    /** An address; null where none was given. */
    SystemCall.Address address() throws ProtocolException {
        final int family = shortNumber() & 0xffff;
        final int port = shortNumber() & 0xffff;
        final int length = unsignedByte();
        final boolean possible = length == 0
                || length == 4 && family == LinuxConstants.AF_INET
                || length == 16 && family == LinuxConstants.AF_INET6;
        if (!possible) {
            throw new ProtocolException("an address of family " + family + " with " + length + " bytes");
        }
        if (length == 0) {
            return new SystemCall.Address(family, 0, 0, port);
        }
        if (length == 16) {
            return new SystemCall.Address(family, longNumber(), longNumber(), port);
        }
        final IpAddress v4 = IpAddress.of(bytes(4));
        return new SystemCall.Address(family, v4.hi(), v4.lo(), port);
    }

    void end() throws ProtocolException {
        if (body.hasRemaining()) {
            throw new ProtocolException(body.remaining() + " bytes are left over in its body");
        }
    }
}
