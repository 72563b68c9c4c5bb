package dev.culvert.kit.proxy;

import dev.culvert.kit.posix.LinuxConstants;
import dev.culvert.wire.IpAddress;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The body of a request, written as the plug-in writes it; independent of what reads it. */
final class Body {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    private interface Writing {
        void run() throws IOException;
    }

    private Body write(final Writing writing) {
        try {
            writing.run();
            return this;
        } catch (final IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    /** Many {@code i32}. */
    static Body of(final int... numbers) {
        final Body body = new Body();
        for (final int number : numbers) {
            body.i32(number);
        }
        return body;
    }

    Body i32(final int value) {
        return write(() -> out.writeInt(value));
    }

    Body i16(final int value) {
        return write(() -> out.writeShort(value));
    }

    Body i8(final int value) {
        return write(() -> out.writeByte(value));
    }

    Body i64(final long value) {
        return write(() -> out.writeLong(value));
    }

    Body raw(final byte... value) {
        return write(() -> out.write(value));
    }

    Body blob(final byte... value) {
        return i32(value.length).raw(value);
    }

    Body sockaddr(final IpAddress address, final int port) {
        if (address.isV4()) {
            return i16(LinuxConstants.AF_INET).i16(port).i8(4).i32((int) address.lo());
        }
        return i16(LinuxConstants.AF_INET6).i16(port).i8(16).i64(address.hi()).i64(address.lo());
    }

    /** An address that was not given. */
    Body noAddress() {
        return i16(0).i16(0).i8(0);
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }
}
