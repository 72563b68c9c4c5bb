package dev.culvert.env;

/** A value that a field of a configuration does not take. Whoever has another name for the field says the complaint under that. */
public final class RefusedValueException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String field;
    private final String complaint;

    /** The message is the field, the value and what is wrong with it, such as {@code mslMs 0 is outside 1 to 600000}. */
    public RefusedValueException(final String field, final long value, final String wrong) {
        super(field + " " + value + " " + wrong);
        this.field = field;
        complaint = value + " " + wrong;
    }

    /** Refuses a value that is below {@code least} or above {@code most}. */
    public static void checkRange(final String field, final long value, final long least, final long most) {
        if (value < least || value > most) {
            throw new RefusedValueException(field, value, "is outside " + least + " to " + most);
        }
    }

    /** The field, as the configuration calls it. */
    public String field() {
        return field;
    }

    /** The message without the field. */
    public String complaint() {
        return complaint;
    }
}
