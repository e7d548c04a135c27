package io.aitbc.coordinator.notification;

/** What an e-mail address looks like: the HTML standard's rule, and no dot at an end or beside another, as RFC 5321 has it. */
final class MailAddress {

    static final int LONGEST = 254;
    static final String PATTERN = "(?=.{3,254}$)(?=[^@]{1,64}@)"
            + "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++(?:\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]++)*+"
            + "@[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*+";
    static final String RULE = "must be an e-mail address such as ops@example.org";

    private MailAddress() {}

    static boolean isOne(String text) {
        return text.length() <= LONGEST && text.matches(PATTERN);
    }
}
