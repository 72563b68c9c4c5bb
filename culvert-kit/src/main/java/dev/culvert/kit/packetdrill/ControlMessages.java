package dev.culvert.kit.packetdrill;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Control messages of {@code sendmsg} and {@code recvmsg}: {@code struct cmsghdr} of Linux's 64-bit ABI. */
final class ControlMessages {
    private static final int HEADER = 16;

    private ControlMessages() {}

    /** The messages as bytes; their data are ints. */
    static byte[] bytes(final Arguments arguments, final List<Expression> messages) {
        final int each = HEADER + 8;
        final ByteBuffer bytes = ByteBuffer.allocate(each * messages.size()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < messages.size(); i++) {
            final Expression.Struct message = arguments.struct(messages.get(i));
            bytes.position(i * each);
            bytes.putLong(HEADER + 4);
            bytes.putInt((int) arguments.field(message, "cmsg_level"));
            bytes.putInt((int) arguments.field(message, "cmsg_type"));
            bytes.putInt((int) arguments.field(message, "cmsg_data"));
        }
        return bytes.array();
    }

    /** Compares what came with what the script names. */
    static void judge(final Arguments arguments, final List<Expression> expected, final byte[] control) {
        final ByteBuffer bytes = ByteBuffer.wrap(control).order(ByteOrder.LITTLE_ENDIAN);
        int at = 0;
        for (final Expression element : expected) {
            final Expression.Struct message = arguments.struct(element);
            if (at + HEADER > control.length) {
                throw arguments.wrong("the control message " + message + " did not come");
            }
            final int length = (int) bytes.getLong(at);
            final boolean same = bytes.getInt(at + 8) == (int) arguments.field(message, "cmsg_level")
                    && bytes.getInt(at + 12) == (int) arguments.field(message, "cmsg_type")
                    && sameData(arguments, message.get("cmsg_data"), bytes, at, length);
            if (!same) {
                throw arguments.wrong("expected the control message " + message + ", but came level "
                        + bytes.getInt(at + 8) + ", type " + bytes.getInt(at + 12)
                        + (length >= HEADER + 4 ? ", data " + bytes.getInt(at + HEADER) : ""));
            }
            at += (length + 7) / 8 * 8;
        }
        if (at < control.length && control.length - at >= HEADER) {
            throw arguments.wrong("a control message came that the script does not name: level " + bytes.getInt(at + 8)
                    + ", type " + bytes.getInt(at + 12));
        }
    }

    private static boolean sameData(
            final Arguments arguments, final Expression data, final ByteBuffer bytes, final int at, final int length) {
        if (data instanceof Expression.Ellipsis) {
            return true;
        }
        if (data instanceof Expression.Struct struct) {
            return length >= HEADER + 16 && sameError(arguments, struct, bytes, at + HEADER);
        }
        return length == HEADER + 4 && bytes.getInt(at + HEADER) == (int) arguments.value(data);
    }

    /** {@code struct sock_extended_err}; who caused the error is not compared. */
    private static boolean sameError(
            final Arguments arguments, final Expression.Struct expected, final ByteBuffer bytes, final int at) {
        if (expected.get("ee_origin") == null) {
            throw arguments.wrong("control messages with the structure " + expected + " are not supported");
        }
        return bytes.getInt(at) == (int) arguments.field(expected, "ee_errno")
                && bytes.get(at + 4) == (byte) arguments.field(expected, "ee_origin")
                && bytes.get(at + 5) == (byte) arguments.field(expected, "ee_type")
                && bytes.get(at + 6) == (byte) arguments.field(expected, "ee_code")
                && bytes.getInt(at + 8) == (int) arguments.field(expected, "ee_info")
                && bytes.getInt(at + 12) == (int) arguments.field(expected, "ee_data");
    }
}
