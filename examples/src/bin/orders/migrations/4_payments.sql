ALTER TABLE orders ADD COLUMN paid_at TEXT;
-- It was not paid in time, and its items went back into the stock.
ALTER TABLE orders ADD COLUMN expired_at TEXT;

-- What is still to be paid.
CREATE INDEX unpaid ON orders (placed_at) WHERE paid_at IS NULL AND expired_at IS NULL;
