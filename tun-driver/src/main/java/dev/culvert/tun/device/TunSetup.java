package dev.culvert.tun.device;

import dev.culvert.shim.LibC;

/** Opens /dev/net/tun and binds a descriptor of it to an interface (TUNSETIFF), with words for everything that can fail. */
public final class TunSetup {
    /** The device node. */
    public static final String NODE = "/dev/net/tun";

    static final int NODE_FLAGS = LibC.O_RDWR | LibC.O_NONBLOCK | LibC.O_CLOEXEC;

    static final long TUNSETIFF = 0x400454caL;
    static final long TUNGETFEATURES = 0x800454cfL;
    static final long TUNSETOFFLOAD = 0x400454d0L;
    static final long TUNSETVNETHDRSZ = 0x400454d8L;
    private static final int IFF_TUN = 0x0001;
    static final int IFF_MULTI_QUEUE = 0x0100;
    private static final int IFF_NO_PI = 0x1000;
    static final int IFF_VNET_HDR = 0x4000;
    private static final int TUN_F_CSUM = 1;
    private static final int TUN_F_TSO4 = 2;
    private static final int TUN_F_TSO6 = 4;
    private static final int TUN_F_TSO_ECN = 8;
    /** The one place that says what kind of queue this is. */
    private static final int QUEUE_FLAGS = IFF_TUN | IFF_NO_PI;

    private TunSetup() {}

    /** Opens the device node in the current network namespace; the descriptor does not block. */
    public static int openNode() {
        final int fd = LibC.open(NODE, NODE_FLAGS);
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
     * opened; creates the interface when there is none. The descriptor does not block afterwards. An interface that was there
     * keeps neither header nor offload of whoever had it before.
     *
     * @param wanted whether packets are to have a {@link VirtioHeader} where the kernel knows that
     * @return whether they have
     */
    static Offload attachQueue(final Ioctl kernel, final int fd, final String name, final boolean wanted) {
        final Offload offload = offload(kernel, fd, wanted);
        final int result = attach(kernel, fd, name, offload, 0);
        if (result < 0) {
            throw queueProblem(name, -result);
        }
        finish(kernel, fd, name, offload);
        return offload;
    }

    /**
     * As {@link #attachQueue}, as one of several queues (Linux Documentation/networking/tuntap.rst, "Multiqueue tuntap interface"):
     * each descriptor that is attached so is one of them.
     *
     * @return false: the kernel has no such interfaces, the interface is not one, or has no room for another queue
     */
    static boolean attachOneOfSeveral(final Ioctl kernel, final int fd, final String name, final boolean wanted) {
        final Offload offload = offload(kernel, fd, wanted);
        if (attach(kernel, fd, name, offload, IFF_MULTI_QUEUE) < 0) {
            return false;
        }
        finish(kernel, fd, name, offload);
        return true;
    }

    private static int attach(
            final Ioctl kernel, final int fd, final String name, final Offload offload, final int more) {
        final int flags = QUEUE_FLAGS | more | (offload == Offload.ON ? IFF_VNET_HDR : 0);
        return kernel.call(fd, TUNSETIFF, new IfReq(name).putShort(flags).address());
    }

    /** What there will be where so much is wanted. */
    static Offload offload(final Ioctl kernel, final int fd, final boolean wanted) {
        return !wanted ? Offload.OFF : hasOffload(kernel, fd) ? Offload.ON : Offload.UNAVAILABLE;
    }

    private static void finish(final Ioctl kernel, final int fd, final String name, final Offload offload) {
        LibC.fcntl(fd, LibC.F_SETFL, LibC.O_RDWR | LibC.O_NONBLOCK);
        setOffload(kernel, fd, name, offload == Offload.ON);
    }

    /** Whether the kernel behind a descriptor of the device node knows packets with a {@link VirtioHeader}. */
    public static boolean hasOffload(final int fd) {
        return hasOffload(LibC::ioctl, fd);
    }

    private static boolean hasOffload(final Ioctl kernel, final int fd) {
        final IfReq features = new IfReq("");
        return kernel.call(fd, TUNGETFEATURES, features.address()) >= 0 && (features.getFirst() & IFF_VNET_HDR) != 0;
    }

    /** What the kernel hands over; it takes super-segments from us in any case, so that a refusal changes nothing else. */
    private static void setOffload(final Ioctl kernel, final int fd, final String name, final boolean on) {
        kernel.call(fd, TUNSETOFFLOAD, on ? TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 | TUN_F_TSO_ECN : 0);
        final IfReq size = new IfReq("").putFirst(VirtioHeader.LENGTH);
        final int result = on ? kernel.call(fd, TUNSETVNETHDRSZ, size.address()) : 0;
        if (result < 0) {
            throw new DeviceException(
                    "cannot set the length of packet headers on " + name + " (" + LibC.errorText(result) + ")",
                    "use --offload off");
        }
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
