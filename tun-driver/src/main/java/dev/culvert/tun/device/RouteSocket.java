package dev.culvert.tun.device;

import dev.culvert.shim.LibC;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Talks rtnetlink(7) for what the older ioctl leaves to the host's root: the queue length. One request at a time:
 *
 * <pre>
 *   0        4      6       8          12     16       20        24      28       32       36    40
 *   | length | type | flags | sequence | port | family | index   | flags | change | attribute    |   struct nlmsghdr, ifinfomsg,
 *   |        |      |       |          |      | , type |         |       |        | header, value|   rtattr
 * </pre>
 */
final class RouteSocket {
    private static final int AF_NETLINK = 16;
    private static final int SOCK_RAW = 3;

    private static final int LENGTH = 0;
    private static final int TYPE = 4;
    private static final int FLAGS = 6;
    private static final int INDEX = 20;
    private static final int ATTRIBUTE_LENGTH = 32;
    private static final int ATTRIBUTE_TYPE = 34;
    private static final int ATTRIBUTE_VALUE = 36;
    private static final int REQUEST_SIZE = 40;
    private static final int ERROR = 16;
    private static final int ANSWER_SIZE = 4096;

    private static final int RTM_NEWLINK = 16;
    private static final int NLM_F_REQUEST_ACK = 5;
    private static final int IFLA_TXQLEN = 13;

    private final int fd;
    private final UnsafeBuffer message = new UnsafeBuffer(BufferUtil.allocateDirectAligned(ANSWER_SIZE, Long.BYTES));

    /** Over a NETLINK_ROUTE socket, closed with this. */
    RouteSocket(final int fd) {
        this.fd = fd;
    }

    /** In the current network namespace; a negated error number when that is not possible. */
    static int open() {
        return LibC.socket(AF_NETLINK, SOCK_RAW | LibC.O_CLOEXEC, 0);
    }

    /** Sets how many packets wait for the reader; 0 or a negated error number. */
    int setTxQueueLength(final int interfaceIndex, final int packets) {
        message.setMemory(0, REQUEST_SIZE, (byte) 0);
        message.putInt(LENGTH, REQUEST_SIZE);
        message.putShort(TYPE, (short) RTM_NEWLINK);
        message.putShort(FLAGS, (short) NLM_F_REQUEST_ACK);
        message.putInt(INDEX, interfaceIndex);
        message.putShort(ATTRIBUTE_LENGTH, (short) (REQUEST_SIZE - ATTRIBUTE_LENGTH));
        message.putShort(ATTRIBUTE_TYPE, (short) IFLA_TXQLEN);
        message.putInt(ATTRIBUTE_VALUE, packets);
        final int written = LibC.write(fd, message.addressOffset(), REQUEST_SIZE);
        return written < 0 ? written : acknowledgement();
    }

    private int acknowledgement() {
        final int length = LibC.read(fd, message.addressOffset(), ANSWER_SIZE);
        return length < 0 ? length : message.getInt(ERROR);
    }

    void close() {
        LibC.close(fd);
    }
}
