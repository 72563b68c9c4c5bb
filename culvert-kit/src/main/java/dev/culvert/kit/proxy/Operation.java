package dev.culvert.kit.proxy;

/** What can be asked for, by its number on the wire. */
enum Operation {
    HELLO(1),
    SOCKET(2),
    BIND(3),
    LISTEN(4),
    ACCEPT(5),
    CONNECT(6),
    RECV(7),
    SEND(8),
    RECVMSG(9),
    SENDMSG(10),
    FCNTL(11),
    IOCTL(12),
    CLOSE(13),
    SHUTDOWN(14),
    GETSOCKOPT(15),
    SETSOCKOPT(16),
    POLL(17),
    NETDEV_SEND(18),
    NETDEV_RECV(19),
    USLEEP(20),
    EPOLL_CREATE(21),
    EPOLL_CTL(22),
    EPOLL_WAIT(23),
    BYE(31);

    private final int number;

    Operation(final int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    static Operation of(final int number) throws ProtocolException {
        for (final Operation operation : values()) {
            if (operation.number == number) {
                return operation;
            }
        }
        throw new ProtocolException("operation " + number + " does not exist");
    }
}
