package dev.culvert.tcp;

/** The eleven states of RFC 9293 §3.3.2. */
public enum TcpState {
    LISTEN,
    SYN_SENT,
    SYN_RECEIVED,
    ESTABLISHED,
    FIN_WAIT_1,
    FIN_WAIT_2,
    CLOSE_WAIT,
    CLOSING,
    LAST_ACK,
    TIME_WAIT,
    CLOSED;

    /** Whether both ends have agreed on sequence numbers (RFC 9293 §3.5). */
    public boolean isSynchronized() {
        return switch (this) {
            case LISTEN, SYN_SENT, SYN_RECEIVED, CLOSED -> false;
            case ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT -> true;
        };
    }

    /** Whether a handshake is under way. */
    public boolean isOpening() {
        return switch (this) {
            case SYN_SENT, SYN_RECEIVED -> true;
            case LISTEN, ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT, CLOSED -> false;
        };
    }

    /** Whether the peer may still send text: it has not sent its FIN. */
    public boolean canReceive() {
        return switch (this) {
            case ESTABLISHED, FIN_WAIT_1, FIN_WAIT_2 -> true;
            case LISTEN, SYN_SENT, SYN_RECEIVED, CLOSE_WAIT, CLOSING, LAST_ACK, TIME_WAIT, CLOSED -> false;
        };
    }

    /** Whether the application may still hand over data to send. */
    public boolean canSend() {
        return switch (this) {
            case SYN_SENT, SYN_RECEIVED, ESTABLISHED, CLOSE_WAIT -> true;
            case LISTEN, FIN_WAIT_1, FIN_WAIT_2, CLOSING, LAST_ACK, TIME_WAIT, CLOSED -> false;
        };
    }
}
