-- The outbox of your shop's database: what is written here in the same transaction as an order is sent if, and only if, the order was placed.
CREATE TABLE shop_events (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    visitor text NOT NULL,
    event jsonb NOT NULL
);

-- An event has its row's id, so that one that is sent twice counts once, and its row's visitor.
CREATE FUNCTION complete_shop_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.event := jsonb_build_object('occurred_at', extract(epoch FROM clock_timestamp())) || NEW.event
        || jsonb_build_object('event_id', NEW.id, 'visitor', NEW.visitor);
    RETURN NEW;
END $$;

CREATE TRIGGER complete_shop_event BEFORE INSERT ON shop_events
    FOR EACH ROW EXECUTE FUNCTION complete_shop_event();
