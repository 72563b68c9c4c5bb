package dev.culvert.tun.device;

/** ioctl(2) as {@link dev.culvert.shim.LibC#ioctl} has it; tests answer it like kernels that lack something. */
@FunctionalInterface
interface Ioctl {
    /** A negated error number when the kernel refuses. */
    int call(int fd, long request, long argument);
}
