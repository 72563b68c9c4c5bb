package dev.culvert.kit.packetdrill;

/** One word of a script. {@code value} is what stands after {@code =} of an option; null elsewhere. */
record Token(Kind kind, String text, String value, int line) {
    enum Kind {
        OPTION,
        INTEGER,
        HEX,
        FLOAT,
        WORD,
        STRING,
        BACK_QUOTED,
        CODE,
        ADDRESS,
        ELLIPSIS,
        SIGN,
        END
    }

    boolean is(final Kind other) {
        return kind == other;
    }

    boolean isSign(final char sign) {
        return kind == Kind.SIGN && text.charAt(0) == sign;
    }

    boolean isWord(final String word) {
        return kind == Kind.WORD && text.equals(word);
    }

    /** For messages. */
    String shown() {
        return kind == Kind.END ? "the end of the script" : "'" + text + "'";
    }
}
