CREATE TABLE deliveries (
    -- The supplier's number.
    number INTEGER PRIMARY KEY,
    sku TEXT NOT NULL REFERENCES products (sku),
    quantity INTEGER NOT NULL CHECK (quantity > 0)
) STRICT;
