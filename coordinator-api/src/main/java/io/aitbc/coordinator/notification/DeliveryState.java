package io.aitbc.coordinator.notification;

/** Where a delivery stands. */
enum DeliveryState {
    /** It is sent as soon as its time comes. */
    PENDING,
    /** It is an e-mail, and no SMTP server is set; it is sent once there is one. */
    WAITING_FOR_SETTINGS,
    /** The peer took it. */
    SENT,
    /** It is not tried again unless somebody asks for it. */
    DEAD
}
