//! The venues: what they send, read and checked; the sockets that stay open; trades fetched later.
