"""The local protocol as a document: sections, tables and sentences, all from the data of a framework."""
