package dev.culvert.kit.packetdrill;

import java.util.List;

/** Reads a packet: what follows {@code <} or {@code >}. */
final class PacketParser {
    private static final int U16 = 0xffff;

    private final Tokens tokens;
    private final boolean v6;

    PacketParser(final Tokens tokens, final boolean v6) {
        this.tokens = tokens;
        this.v6 = v6;
    }

    Event.Action packet() {
        final boolean inbound = tokens.next().isSign('<');
        refuseOtherProtocols();
        final IpSpec ip = ipSpec(inbound);
        refuseOtherProtocols();
        return tokens.takeWord("icmp") ? icmp(inbound, ip) : tcp(inbound, ip);
    }

    private void refuseOtherProtocols() {
        for (final String wrapper : List.of("ipv4", "ipv6", "gre", "GREv0", "mpls", "udp", "psp")) {
            if (tokens.peek().isWord(wrapper)) {
                throw new ScriptError(tokens.line(), "'" + wrapper + "' packets are not supported: TCP and ICMP are");
            }
        }
    }

    // ------------------------------------------------------------------ IP

    private IpSpec ipSpec(final boolean inbound) {
        if (!tokens.peek().isSign('[') && !tokens.peek().isSign('(')) {
            return IpSpec.OPEN;
        }
        final char end = tokens.next().isSign('[') ? ']' : ')';
        IpSpec spec = IpSpec.OPEN;
        do {
            spec = with(spec, inbound);
        } while (tokens.takeSign(','));
        tokens.expectSign(end);
        return spec;
    }

    private IpSpec with(final IpSpec spec, final boolean inbound) {
        final Token word = tokens.expect(Token.Kind.WORD, "noecn, ect0, ect1, ect01, ce, tos, ttl or flowlabel");
        return switch (word.text()) {
            case "noecn" -> new IpSpec(0, 3, false, spec.flowLabel(), spec.ttl());
            case "ect1" -> new IpSpec(1, 3, false, spec.flowLabel(), spec.ttl());
            case "ect0" -> new IpSpec(2, 3, false, spec.flowLabel(), spec.ttl());
            case "ce" -> new IpSpec(3, 3, false, spec.flowLabel(), spec.ttl());
            case "ect01" -> anyEct(word, spec, inbound);
            case "tos" -> new IpSpec(tokens.number("a TOS", 255), 255, false, spec.flowLabel(), spec.ttl());
            case "ttl" ->
                new IpSpec(spec.tos(), spec.tosMask(), spec.anyEct(), spec.flowLabel(), tokens.number("a TTL", 255));
            case "flowlabel" ->
                new IpSpec(spec.tos(), spec.tosMask(), spec.anyEct(), tokens.number("a label", 0xfffff), spec.ttl());
            default -> throw new ScriptError(word.line(), "'" + word.text() + "' is not known in an IP header");
        };
    }

    private static IpSpec anyEct(final Token word, final IpSpec spec, final boolean inbound) {
        if (inbound) {
            throw new ScriptError(word.line(), "[ect01] can only be expected, not sent");
        }
        return new IpSpec(0, 3, true, spec.flowLabel(), spec.ttl());
    }

    // ------------------------------------------------------------------ TCP

    private Event.Action tcp(final boolean inbound, final IpSpec ip) {
        final int line = tokens.line();
        int source = 0;
        int destination = 0;
        if (tokens.peek().is(Token.Kind.INTEGER)) {
            source = tokens.number("a source port", U16);
            tokens.expectSign('>');
            destination = tokens.number("a destination port", U16);
        }
        final String letters = flags();
        final int ace = ace(letters);
        final int[] range = range();
        final int ack = tokens.takeWord("ack") ? tokens.u32("an acknowledgment number") : 0;
        final int win = tokens.takeWord("win") ? tokens.number("a window", U16) : -1;
        final int urgent = tokens.takeWord("urg") ? tokens.number("an urgent pointer", U16) : 0;
        final List<TcpOption> options = new OptionParser(tokens).options();
        if (tokens.peek().isSign('{')) {
            throw new ScriptError(line, "changing bytes of a packet with {...} is not supported");
        }
        if (inbound && win < 0) {
            throw new ScriptError(line, "a packet that arrives needs a window: win N");
        }
        if (inbound && options == null) {
            throw new ScriptError(line, "<...> can only be expected, not sent");
        }
        final TcpSpec tcp = new TcpSpec(
                bits(letters, line), ace, range[0], range[1], ack, win, urgent, options, source, destination);
        return new Event.Tcp(inbound, ip, tcp);
    }

    /** Letters and the dot; {@code .5} after them is lexed as a fraction. */
    private String flags() {
        if (tokens.takeSign('-')) {
            return "";
        }
        final StringBuilder letters = new StringBuilder();
        if (tokens.peek().is(Token.Kind.WORD)) {
            letters.append(tokens.next().text());
        }
        if (tokens.takeSign('.')) {
            letters.append('.');
        } else if (tokens.peek().is(Token.Kind.FLOAT)) {
            letters.append(tokens.next().text());
        }
        if (letters.length() == 0) {
            throw tokens.unexpected("TCP flags");
        }
        return letters.toString();
    }

    /** The ACE field of RFC 9768 written as one digit; −1 where there is none. */
    private static int ace(final String letters) {
        return letters.chars()
                .filter(letter -> letter >= '1' && letter <= '7')
                .map(letter -> letter - '0')
                .findFirst()
                .orElse(-1);
    }

    private static int bits(final String letters, final int line) {
        int bits = 0;
        for (int i = 0; i < letters.length(); i++) {
            final char letter = letters.charAt(i);
            bits |= switch (letter) {
                case 'F' -> Wire.FIN;
                case 'S' -> Wire.SYN;
                case 'R' -> Wire.RST;
                case 'P' -> Wire.PSH;
                case '.' -> Wire.ACK;
                case 'U' -> Wire.URG;
                case 'E' -> Wire.ECE;
                case 'W', 'C' -> Wire.CWR;
                case 'A' -> Wire.AE;
                case '0', '1', '2', '3', '4', '5', '6', '7' -> Wire.ofAce(letter - '0');
                default -> throw new ScriptError(line, "'" + letter + "' is not a TCP flag");
            };
        }
        return bits;
    }

    /** {@code start:end(length)}: start and length. */
    private int[] range() {
        final int line = tokens.line();
        final int start = tokens.u32("a sequence number");
        tokens.expectSign(':');
        final int end = tokens.u32("a sequence number");
        tokens.expectSign('(');
        final int length = tokens.number("a length", U16);
        tokens.expectSign(')');
        if (end != start + length) {
            throw new ScriptError(line, "the sequence numbers and the length do not fit together");
        }
        return new int[] {start, length};
    }

    // ------------------------------------------------------------------ ICMP

    private Event.Action icmp(final boolean inbound, final IpSpec ip) {
        final Token typeName = tokens.expect(Token.Kind.WORD, "an ICMP type");
        final int type = IcmpNames.type(typeName, v6);
        int code = 0;
        if (tokens.peek().is(Token.Kind.WORD)
                && !tokens.peek().isWord("mtu")
                && !tokens.peek().isWord("id")) {
            code = IcmpNames.code(tokens.next(), type, v6);
        }
        final long mtu = tokens.takeWord("mtu") ? tokens.number("an MTU") : -1;
        final int id = tokens.takeWord("id") ? tokens.number("an identifier", U16) : 0;
        int[] quoted = {0, 0};
        boolean quotes = !IcmpNames.isEcho(type, v6);
        if (tokens.takeSign('[')) {
            if (tokens.takeWord("raw")) {
                quotes = false;
                tokens.expectSign('(');
                quoted[1] = tokens.number("a length", U16);
                tokens.expectSign(')');
            } else {
                refuseOtherProtocols();
                quoted = range();
            }
            tokens.expectSign(']');
        }
        return new Event.Icmp(inbound, ip, new IcmpSpec(type, code, mtu, id, quotes, quoted[0], quoted[1]));
    }
}
