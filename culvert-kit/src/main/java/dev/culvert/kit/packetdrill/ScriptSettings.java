package dev.culvert.kit.packetdrill;

import dev.culvert.wire.IpAddress;
import java.util.List;
import java.util.Map;

/**
 * What the options of a script say. Names, defaults and addresses are packetdrill's: the stack under test is 192.168.0.1 or
 * fd3d:fa7b:d17d::1, its peer 192.0.2.1 or 2001:db8::1, and ports are 8080.
 */
final class ScriptSettings {
    /** Options of packetdrill that have no meaning here: wire mode, helpers, and how verbose it is. */
    private static final List<String> WITHOUT_EFFECT = List.of(
            "gateway_ip",
            "netmask_ip",
            "speed",
            "mss",
            "init_scripts",
            "code_command",
            "code_format",
            "code_sockopt",
            "so_filename",
            "so_flags",
            "dry_run",
            "is_anyip",
            "send_omit_free",
            "debug",
            "verbose",
            "define",
            "tcp_ts_ecr_scaled");

    private String ipVersion;
    private int bindPort = 8080;
    private int connectPort = 8080;
    private String localIp;
    private String remoteIp;
    private int mtu = 1500;
    private boolean offload;
    private long toleranceUs = 4_000;
    private long leastToleranceUs;
    private boolean realTime;
    private double tolerancePercent = 12.5;
    private long timestampTickUs;
    private boolean strictSegments;
    private boolean packetsMayDiffer;
    private boolean callsMayDiffer;

    /**
     * From the options of a script.
     *
     * @param ipVersion ipv4, ipv6 or ipv4-mapped-ipv6 where the script does not say
     * @throws IllegalArgumentException an option is unknown or has no such value
     */
    ScriptSettings(final String ipVersion, final List<Map.Entry<String, String>> options) {
        this.ipVersion = ipVersion;
        for (final Map.Entry<String, String> option : options) {
            try {
                set(option.getKey(), option.getValue());
            } catch (final NumberFormatException notANumber) {
                throw new IllegalArgumentException("--" + option.getKey() + " wants a number", notANumber);
            }
        }
        if (!List.of("ipv4", "ipv6", "ipv4-mapped-ipv6").contains(this.ipVersion)) {
            throw new IllegalArgumentException("--ip_version is ipv4, ipv6 or ipv4-mapped-ipv6");
        }
    }

    private void set(final String name, final String value) {
        switch (name) {
            case "ip_version" -> ipVersion = value;
            case "bind_port" -> bindPort = port(value);
            case "connect_port" -> connectPort = port(value);
            case "local_ip" -> localIp = value;
            case "remote_ip" -> remoteIp = value.replaceFirst("/.*", "");
            case "mtu" -> mtu = Integer.parseInt(value);
            case "offload" -> offload = onOrOff(value);
            case "tolerance_usecs" -> toleranceUs = Long.parseLong(value);
            case "tolerance_percent" -> tolerancePercent = Double.parseDouble(value);
            case "tcp_ts_tick_usecs" -> timestampTickUs = Long.parseLong(value);
            case "strict_segments" -> strictSegments = true;
            case "non_fatal" -> {
                packetsMayDiffer = value != null && value.contains("packet");
                callsMayDiffer = value != null && value.contains("syscall");
            }
            default -> {
                if (!WITHOUT_EFFECT.contains(name) && !name.startsWith("wire_")) {
                    throw new IllegalArgumentException("the option --" + name + " is not known");
                }
            }
        }
    }

    private static boolean onOrOff(final String value) {
        if (!"on".equals(value) && !"off".equals(value)) {
            throw new IllegalArgumentException("--offload is on or off, not " + value);
        }
        return "on".equals(value);
    }

    private static int port(final String value) {
        final int port = Integer.parseInt(value);
        if (port < 1 || port > 0xffff) {
            throw new IllegalArgumentException("a port is 1 to 65535, not " + value);
        }
        return port;
    }

    /** Whether the stack hands super-segments to its device, which cuts them. */
    boolean offload() {
        return offload;
    }

    /** Time passes by itself, and things happen as exactly as this machine manages. */
    void realTime(final long leastUs) {
        realTime = true;
        leastToleranceUs = leastUs;
    }

    boolean realTime() {
        return realTime;
    }

    boolean v6() {
        return ipVersion.equals("ipv6");
    }

    /** Whether {@code socket(..., )} makes an IPv6 socket. */
    boolean v6Sockets() {
        return !ipVersion.equals("ipv4");
    }

    IpAddress local() {
        return address(localIp, v6() ? "fd3d:fa7b:d17d::1" : "192.168.0.1");
    }

    IpAddress remote() {
        return address(remoteIp, v6() ? "2001:db8::1" : "192.0.2.1");
    }

    private static IpAddress address(final String given, final String otherwise) {
        final String text = given == null ? otherwise : given;
        return IpAddress.parse(text);
    }

    int bindPort() {
        return bindPort;
    }

    int connectPort() {
        return connectPort;
    }

    int mtu() {
        return mtu;
    }

    /** How far from its time an event may be; {@code sinceUs} is how long it comes after the one before. */
    long toleranceUs(final long sinceUs) {
        return Math.max(Math.max(toleranceUs, leastToleranceUs), (long) (tolerancePercent / 100 * sinceUs));
    }

    /** µs of one tick of sent timestamps; 0: timestamps are not compared. */
    long timestampTickUs() {
        return timestampTickUs;
    }

    /** The tolerance without its share of the distance. */
    long fixedToleranceUs() {
        return Math.max(toleranceUs, leastToleranceUs);
    }

    /** Whether one line stands for exactly one segment. */
    boolean strictSegments() {
        return strictSegments;
    }

    boolean packetsMayDiffer() {
        return packetsMayDiffer;
    }

    boolean callsMayDiffer() {
        return callsMayDiffer;
    }
}
