/* echo: the least that a curses program can do at a key: show it. */
#include <curses.h>

int
main(void)
{
	int y = 0, key;

	initscr();
	raw();
	noecho();
	nonl();
	while ((key = getch()) != ERR) {
		if (key == '\r') {
			y = (y + 1) % LINES;
			move(y, 0);
			clrtoeol();
		} else {
			addch((chtype)key);
		}
		refresh();
	}
	endwin();
	return 0;
}
