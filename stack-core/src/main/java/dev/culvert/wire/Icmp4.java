package dev.culvert.wire;

/** Types and codes of ICMP for IPv4 (RFC 792, RFC 1122 §3.2.2, RFC 1812 §5.2.7). */
public final class Icmp4 {
    /** Echo reply. */
    public static final int ECHO_REPLY = 0;
    /** Destination unreachable; the codes follow. */
    public static final int DEST_UNREACHABLE = 3;
    /** Source quench: ignored (RFC 6633). */
    public static final int SOURCE_QUENCH = 4;
    /** Redirect. */
    public static final int REDIRECT = 5;
    /** Echo request. */
    public static final int ECHO_REQUEST = 8;
    /** Time exceeded. */
    public static final int TIME_EXCEEDED = 11;
    /** Parameter problem. */
    public static final int PARAMETER_PROBLEM = 12;
    /** Timestamp request. */
    public static final int TIMESTAMP_REQUEST = 13;
    /** Timestamp reply. */
    public static final int TIMESTAMP_REPLY = 14;

    /** Code of {@link #DEST_UNREACHABLE}. */
    public static final int NET_UNREACHABLE = 0;
    /** Code of {@link #DEST_UNREACHABLE}. */
    public static final int HOST_UNREACHABLE = 1;
    /** Code of {@link #DEST_UNREACHABLE}. */
    public static final int PROTOCOL_UNREACHABLE = 2;
    /** Code of {@link #DEST_UNREACHABLE}. */
    public static final int PORT_UNREACHABLE = 3;
    /** Code of {@link #DEST_UNREACHABLE}: too big for the next hop and DF set (RFC 1191). */
    public static final int FRAG_NEEDED = 4;
    /** Code of {@link #DEST_UNREACHABLE}. */
    public static final int SOURCE_ROUTE_FAILED = 5;
    /** Code of {@link #DEST_UNREACHABLE}. */
    public static final int NET_PROHIBITED = 9;
    /** Code of {@link #DEST_UNREACHABLE}. */
    public static final int HOST_PROHIBITED = 10;
    /** Code of {@link #DEST_UNREACHABLE}. */
    public static final int ADMIN_PROHIBITED = 13;

    /** Code of {@link #TIME_EXCEEDED}: TTL. */
    public static final int TTL_EXCEEDED = 0;
    /** Code of {@link #TIME_EXCEEDED}: reassembly. */
    public static final int REASSEMBLY_TIME_EXCEEDED = 1;

    private Icmp4() {}
}
