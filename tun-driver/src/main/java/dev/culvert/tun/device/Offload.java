package dev.culvert.tun.device;

/** Whether a device takes and hands over super-segments and leaves checksums to whoever is at its other side. */
public enum Offload {
    /** It does. */
    ON,
    /** It was not wanted: every packet is as on a wire. */
    OFF,
    /** It was wanted, and the kernel's TUN has none ({@code IFF_VNET_HDR}, Linux 2.6.27): as {@link #OFF}. */
    UNAVAILABLE
}
