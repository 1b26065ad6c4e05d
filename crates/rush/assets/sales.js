// The live sales of an event.
