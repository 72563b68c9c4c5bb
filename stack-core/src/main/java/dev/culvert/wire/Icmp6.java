package dev.culvert.wire;

/** Types and codes of ICMPv6 (RFC 4443, RFC 4861, RFC 3810). */
public final class Icmp6 {
    /** Destination unreachable; the codes follow. Types below 128 are errors. */
    public static final int DEST_UNREACHABLE = 1;
    /** Packet too big. */
    public static final int PACKET_TOO_BIG = 2;
    /** Time exceeded. */
    public static final int TIME_EXCEEDED = 3;
    /** Parameter problem. */
    public static final int PARAMETER_PROBLEM = 4;
    /** The first type that is not an error (RFC 4443 §2.1). */
    public static final int FIRST_INFORMATIONAL = 128;
    /** Echo request. */
    public static final int ECHO_REQUEST = 128;
    /** Echo reply. */
    public static final int ECHO_REPLY = 129;
    /** Router solicitation. */
    public static final int ROUTER_SOLICITATION = 133;
    /** Router advertisement. */
    public static final int ROUTER_ADVERTISEMENT = 134;
    /** Neighbor solicitation. */
    public static final int NEIGHBOR_SOLICITATION = 135;
    /** Neighbor advertisement. */
    public static final int NEIGHBOR_ADVERTISEMENT = 136;
    /** Redirect. */
    public static final int REDIRECT = 137;
    /** Multicast listener report, version 2. */
    public static final int LISTENER_REPORT_V2 = 143;

    /** Code of {@link #DEST_UNREACHABLE}. */
    public static final int NO_ROUTE = 0;
    /** Code of {@link #DEST_UNREACHABLE}. */
    public static final int ADMIN_PROHIBITED = 1;
    /** Code of {@link #DEST_UNREACHABLE}. */
    public static final int BEYOND_SCOPE = 2;
    /** Code of {@link #DEST_UNREACHABLE}. */
    public static final int ADDRESS_UNREACHABLE = 3;
    /** Code of {@link #DEST_UNREACHABLE}. */
    public static final int PORT_UNREACHABLE = 4;
    /** Code of {@link #DEST_UNREACHABLE}. */
    public static final int POLICY_FAILED = 5;
    /** Code of {@link #DEST_UNREACHABLE}. */
    public static final int REJECT_ROUTE = 6;

    /** Code of {@link #TIME_EXCEEDED}: hop limit. */
    public static final int HOP_LIMIT_EXCEEDED = 0;
    /** Code of {@link #TIME_EXCEEDED}: reassembly. */
    public static final int REASSEMBLY_TIME_EXCEEDED = 1;

    /** Code of {@link #PARAMETER_PROBLEM}: erroneous header field. */
    public static final int ERRONEOUS_HEADER = 0;
    /** Code of {@link #PARAMETER_PROBLEM}: unrecognized next header. */
    public static final int UNKNOWN_NEXT_HEADER = 1;
    /** Code of {@link #PARAMETER_PROBLEM}: unrecognized option. */
    public static final int UNKNOWN_OPTION = 2;
    /** Code of {@link #PARAMETER_PROBLEM}: the first fragment does not hold all headers (RFC 7112 §5). */
    public static final int INCOMPLETE_HEADER_CHAIN = 3;

    private Icmp6() {}
}
