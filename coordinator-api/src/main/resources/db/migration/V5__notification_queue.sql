-- Where notifications go. A webhook's address and secret are kept as they are, because they are needed to send; nothing shows
-- them. Empty matchers match everything.
CREATE TABLE notification_routes (
    name          varchar(64) PRIMARY KEY,
    channel       varchar(16) NOT NULL CHECK (channel IN ('EMAIL', 'SLACK', 'DISCORD', 'WEBHOOK')),
    target        varchar(2048) NOT NULL,
    secret        varchar(256),
    send_resolved boolean NOT NULL,
    severities    text[] NOT NULL,
    labels        jsonb NOT NULL,
    tenant_id     varchar(64),
    created_at    timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL
);

-- What was told. The key names an episode; its opening and its resolution are each kept once and for ever, so that the same
-- one told again sends nothing.
CREATE TABLE notifications (
    notification_id uuid PRIMARY KEY,
    source          varchar(16) NOT NULL CHECK (source IN ('API', 'ALERTMANAGER', 'TEST')),
    key             varchar(256) NOT NULL,
    event           varchar(16) NOT NULL CHECK (event IN ('OPENED', 'RESOLVED')),
    severity        varchar(16) NOT NULL CHECK (severity IN ('INFO', 'WARNING', 'HIGH', 'CRITICAL')),
    title           text NOT NULL,
    text            text NOT NULL,
    labels          jsonb NOT NULL,
    tenant_id       varchar(64),
    recipients      text[] NOT NULL,
    occurred_at     timestamptz NOT NULL,
    recorded_at     timestamptz NOT NULL,
    CONSTRAINT notifications_are_told_once UNIQUE (source, key, event)
);

-- One message to one recipient: the target of a route, or an address that the notification itself named.
CREATE TABLE notification_deliveries (
    delivery_id     uuid PRIMARY KEY,
    notification_id uuid NOT NULL REFERENCES notifications (notification_id),
    route           varchar(64),
    channel         varchar(16) NOT NULL CHECK (channel IN ('EMAIL', 'SLACK', 'DISCORD', 'WEBHOOK')),
    recipient       varchar(254),
    -- Who is called to deliver it; so that one peer that hangs holds up only its own.
    peer            varchar(300) NOT NULL,
    -- The delivery of the opening to the same recipient: it comes first.
    follows         uuid,
    state           varchar(24) NOT NULL CHECK (state IN ('PENDING', 'WAITING_FOR_SETTINGS', 'SENT', 'DEAD')),
    attempts        integer NOT NULL DEFAULT 0,
    next_attempt_at timestamptz NOT NULL,
    -- Who is sending it now, and until when that is believed, by the database's clock.
    lease           uuid,
    leased_until    timestamptz,
    last_error      text,
    created_at      timestamptz NOT NULL,
    sent_at         timestamptz,
    CHECK ((route IS NULL) <> (recipient IS NULL))
);
CREATE INDEX ix_notification_deliveries_due ON notification_deliveries (peer, next_attempt_at, delivery_id)
    WHERE state = 'PENDING';
CREATE INDEX ix_notification_deliveries_open ON notification_deliveries (state, delivery_id) WHERE state <> 'SENT';
CREATE INDEX ix_notification_deliveries_notification ON notification_deliveries (notification_id);
CREATE INDEX ix_notification_deliveries_route ON notification_deliveries (route) WHERE state <> 'SENT';
