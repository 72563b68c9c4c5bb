package dev.culvert.tun.device;

import dev.culvert.shim.LibC;

/** Opens /dev/net/tun and binds a descriptor of it to an interface (TUNSETIFF), with words for everything that can fail. */
public final class TunSetup {
    /** The device node. */
    public static final String NODE = "/dev/net/tun";

    private static final long TUNSETIFF = 0x400454caL;
    private static final int IFF_TUN = 0x0001;
    private static final int IFF_NO_PI = 0x1000;
    /** The one place that says what kind of queue this is. */
    private static final int QUEUE_FLAGS = IFF_TUN | IFF_NO_PI;

    private TunSetup() {}

    /** Opens the device node in the current network namespace; the descriptor does not block. */
    public static int openNode() {
        final int fd = LibC.open(NODE, LibC.O_RDWR | LibC.O_NONBLOCK | LibC.O_CLOEXEC);
        if (fd < 0) {
            throw nodeProblem(-fd);
        }
        return fd;
    }

    private static DeviceException nodeProblem(final int errno) {
        final String problem = "cannot open " + NODE + " (" + LibC.errorText(errno) + ")";
        return switch (errno) {
            case LibC.ENOENT ->
                new DeviceException(
                        problem, "as root: modprobe tun; mkdir -p /dev/net; mknod -m 0666 " + NODE + " c 10 200");
            case LibC.ENODEV, LibC.ENXIO -> new DeviceException(problem, "as root: modprobe tun");
            case LibC.EACCES -> new DeviceException(problem, "as root: chmod 0666 " + NODE);
            case LibC.EPERM -> new DeviceException(problem, "give the container the device: --device " + NODE);
            default -> new DeviceException(problem);
        };
    }

    /**
     * Makes a descriptor of the device node a queue of the named interface in the network namespace where the node was
     * opened; creates the interface when there is none. The descriptor does not block afterwards.
     */
    public static void attachQueue(final int fd, final String name) {
        final IfReq request = new IfReq(name).putShort(QUEUE_FLAGS);
        final int result = LibC.ioctl(fd, TUNSETIFF, request.address());
        if (result < 0) {
            throw queueProblem(name, -result);
        }
        LibC.fcntl(fd, LibC.F_SETFL, LibC.O_RDWR | LibC.O_NONBLOCK);
    }

    private static DeviceException queueProblem(final String name, final int errno) {
        final String problem = "cannot attach to " + name + " (" + LibC.errorText(errno) + ")";
        final String make = "ip tuntap add dev " + name + " mode tun user " + System.getProperty("user.name");
        return switch (errno) {
            case LibC.EPERM ->
                new DeviceException(
                        problem, "it belongs to somebody else, or making one needs root; as root, once: " + make);
            case LibC.EBUSY -> new DeviceException(problem, "another program has it: stop that or take another name");
            case LibC.EINVAL ->
                new DeviceException(
                        problem,
                        "it is no TUN interface with a single queue; as root: ip link del dev " + name + "; " + make);
            default -> new DeviceException(problem);
        };
    }
}
