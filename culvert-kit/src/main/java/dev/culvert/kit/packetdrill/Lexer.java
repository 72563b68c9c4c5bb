package dev.culvert.kit.packetdrill;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Cuts a script into tokens, as packetdrill's lexer does: the longest match wins, a word that the script has defined is
 * replaced by its value.
 */
final class Lexer {
    private static final String HEX_GROUPS = "[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4})*";
    private static final String V4 = "\\d+\\.\\d+\\.\\d+\\.\\d+";
    private static final Pattern ADDRESS = Pattern.compile("(?:" + HEX_GROUPS + ")?::(?:" + HEX_GROUPS + ":" + V4 + "|"
            + V4 + "|" + HEX_GROUPS + ")?(?:/\\d+)?|(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}|" + V4);
    private static final Pattern FLOAT = Pattern.compile("-?[0-9]*\\.[0-9]+");
    private static final Pattern INTEGER = Pattern.compile("-?[0-9]+");
    private static final Pattern HEX = Pattern.compile("0x[0-9a-fA-F]+");
    private static final Pattern WORD = Pattern.compile("[a-zA-Z0-9_]+");
    private static final Pattern OPTION = Pattern.compile("--([a-zA-Z0-9_]+)");
    private static final Pattern OPTION_VALUE = Pattern.compile("(?:\"[^\"]*\"|`[^`]*`|[^\\s\"`])*");

    private final String text;
    private final Map<String, String> defines;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int line = 1;

    private Lexer(final String text, final Map<String, String> defines) {
        this.text = text;
        this.defines = defines;
    }

    /**
     * The tokens, ending in one of kind END.
     *
     * @param defines values of words; those that the script defines itself are added
     */
    static List<Token> tokens(final String text, final Map<String, String> defines) {
        final Lexer lexer = new Lexer(text, defines);
        while (lexer.skipBlank()) {
            lexer.next();
        }
        lexer.add(Token.Kind.END, "", null);
        return lexer.tokens;
    }

    private void next() {
        if (option() || quoted() || number()) {
            return;
        }
        if (text.startsWith("...", at)) {
            take(Token.Kind.ELLIPSIS, 3);
        } else {
            take(Token.Kind.SIGN, 1);
        }
    }

    // ------------------------------------------------------------------ blanks and comments

    private boolean skipBlank() {
        while (at < text.length()) {
            final char c = text.charAt(at);
            if (c == '/' && text.startsWith("//", at) || c == '#') {
                final int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (text.startsWith("/*", at)) {
                skipTo(closing("*/", 2, "a comment"));
            } else if (Character.isWhitespace(c)) {
                skipTo(at + 1);
            } else {
                return true;
            }
        }
        return false;
    }

    private void skipTo(final int end) {
        for (; at < end; at++) {
            if (text.charAt(at) == '\n') {
                line++;
            }
        }
    }

    private int closing(final String mark, final int skip, final String what) {
        final int end = text.indexOf(mark, at + skip);
        if (end < 0) {
            throw new ScriptError(line, what + " is not closed");
        }
        return end + mark.length();
    }

    // ------------------------------------------------------------------ what is quoted

    private boolean quoted() {
        if (text.startsWith("%{", at)) {
            final int end = closing("}%", 2, "%{");
            final String code = text.substring(at + 2, end - 2);
            addAndSkip(Token.Kind.CODE, code, end);
            return true;
        }
        final char c = text.charAt(at);
        if (c != '"' && c != '`') {
            return false;
        }
        int end = at + 1;
        while (end < text.length() && text.charAt(end) != c) {
            end += text.charAt(end) == '\\' ? 2 : 1;
        }
        if (end >= text.length()) {
            throw new ScriptError(line, "a quotation that starts with " + c + " is not closed");
        }
        addAndSkip(c == '"' ? Token.Kind.STRING : Token.Kind.BACK_QUOTED, text.substring(at + 1, end), end + 1);
        return true;
    }

    private boolean option() {
        final Matcher name = matcher(OPTION);
        if (!name.lookingAt()) {
            return false;
        }
        at = name.end();
        String value = null;
        final boolean define = name.group(1).equals("define");
        if (at < text.length() && (text.charAt(at) == '=' || define && text.charAt(at) == ' ')) {
            at++;
            final Matcher end = matcher(OPTION_VALUE);
            value = end.lookingAt() ? end.group() : "";
            at += value.length();
        }
        if (define) {
            define(value);
        }
        add(Token.Kind.OPTION, name.group(1), value);
        return true;
    }

    private void define(final String value) {
        final int equals = value == null ? -1 : value.indexOf('=');
        if (equals < 1) {
            throw new ScriptError(line, "--define wants NAME=VALUE");
        }
        defines.putIfAbsent(value.substring(0, equals), value.substring(equals + 1));
    }

    // ------------------------------------------------------------------ numbers and words

    private boolean number() {
        final int address = length(ADDRESS);
        final int decimal = length(FLOAT);
        final int integer = length(INTEGER);
        final int hex = length(HEX);
        final int word = length(WORD);
        final int longest = Math.max(Math.max(Math.max(address, decimal), Math.max(integer, hex)), word);
        if (longest == 0) {
            return false;
        }
        if (longest == decimal) {
            take(Token.Kind.FLOAT, longest);
        } else if (longest == integer) {
            take(Token.Kind.INTEGER, longest);
        } else if (longest == hex) {
            take(Token.Kind.HEX, longest);
        } else if (longest == word) {
            word(text.substring(at, at + word));
        } else {
            take(Token.Kind.ADDRESS, longest);
        }
        return true;
    }

    private void word(final String word) {
        at += word.length();
        final String value = defines.get(word);
        if (value == null) {
            add(Token.Kind.WORD, word, null);
        } else if (value.length() > 1 && (value.charAt(0) == '"' || value.charAt(0) == '`')) {
            add(
                    value.charAt(0) == '"' ? Token.Kind.STRING : Token.Kind.BACK_QUOTED,
                    value.substring(1, value.length() - 1),
                    null);
        } else if (INTEGER.matcher(value).matches()) {
            add(Token.Kind.INTEGER, value, null);
        } else {
            add(HEX.matcher(value).matches() ? Token.Kind.HEX : Token.Kind.WORD, value, null);
        }
    }

    private int length(final Pattern pattern) {
        final Matcher matcher = matcher(pattern);
        return matcher.lookingAt() ? matcher.end() - at : 0;
    }

    private Matcher matcher(final Pattern pattern) {
        return pattern.matcher(text).region(at, text.length());
    }

    private void take(final Token.Kind kind, final int length) {
        addAndSkip(kind, text.substring(at, at + length), at + length);
    }

    private void addAndSkip(final Token.Kind kind, final String shown, final int end) {
        add(kind, shown, null);
        skipTo(end);
    }

    private void add(final Token.Kind kind, final String shown, final String value) {
        tokens.add(new Token(kind, shown, value, line));
    }
}
