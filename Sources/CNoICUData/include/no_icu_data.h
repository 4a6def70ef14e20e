// ICU's data, without anything in it, for a static program that never asks for any.
//
// Foundation brings along ICU, and a static program all of its tables: 34 MB of calendars, names
// of countries and sorting orders, for one symbol that a single object file defines. Whatever
// defines that symbol first is taken instead. See Decisions/0016-no-icu-data.md for what this
// changes, which is nothing for a program that formats no dates for people, sorts no text by
// language and asks for no locale.
//
// A dynamically linked program is not touched: there the symbol belongs to Foundation's library.

#ifndef NO_ICU_DATA_H
#define NO_ICU_DATA_H

#endif
