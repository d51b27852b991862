#include "scenes.h"

#define LOGIN "=Mật khẩu:", "+" PASSPHRASE, "Enter"
#define HOME LOGIN, "=Trang đầu"
/* the first person of the list */
#define RECORD HOME, "Down", "Enter", "=gõ để tìm", "Enter", "=F8 Lịch sử"
#define PERSON HOME, "Down", "Ins", "=Trang 1/5"
#define STICK HOME, "F6", "=Nơi ghi và nhận"
#define OFFICERS HOME, "F7", "=Bản sao lưu gần nhất", "F5", "=(đang dùng)"
/* the first start */
#define ROLE "=Máy này của cấp nào"
#define UNIT ROLE, "Enter", "=Gõ một phần tên"
#define OFFICER UNIT, "+ha ky", "Enter", "=Họ và tên cán bộ:"
#define FRESH OFFICER, "+Nguyeenx Vawn Thuwr", "Enter", "=Năm từ ngẫu nhiên"
#define AGREE \
	FRESH, "+" PASSPHRASE, "Enter", "=Nhập lại", "+" PASSPHRASE, \
	    "Enter", "=[C/k]"

const struct scene scenes[] = {
	{ "setup", "setup_screen", "new", .steps = { ROLE } },
	{ "setup-unit", NULL, "new", .steps = { UNIT } },
	{ "setup-code", NULL, "new",
	    .steps = { UNIT, "Up", "Enter", "=Mã đơn vị:" } },
	{ "setup-officer", "setup_screen", "new", .steps = { OFFICER } },
	{ "setup-passphrase", "setup_screen", "new", .steps = { FRESH } },
	{ "setup-agree", "setup_screen", "new", .steps = { AGREE } },
	{ "setup-words", NULL, "new",
	    .steps = { AGREE, "Enter", "=Các từ khôi phục" } },

	{ "login", "login_screen", "xa", .steps = { "=Mật khẩu:" } },
	{ "day", "day_screen", "xa", .now = "2001-01-01T07:30:00",
	    .steps = { LOGIN, "=Hôm nay là ngày" } },
	{ "day-odd", NULL, "xa", .now = "2001-01-01T07:30:00",
	    .steps = { LOGIN, "=Hôm nay là ngày", "+15012036", "Enter",
		"=khác xa" } },

	{ "home", "home_screen", "xa", .steps = { HOME } },
	{ "draft", "home_screen", "xa",
	    .steps = { PERSON, "+Nguyeenx", "F10", "=Bản nháp" } },
	{ "help", NULL, "xa", .steps = { HOME, "F1", "=PgUp PgDn" } },
	{ "menu", NULL, "xa", .steps = { HOME, "F9", "=Bảng chọn", "=/" } },
	{ "leave", NULL, "xa", .steps = { HOME, "F10", "=[c/K]" } },

	{ "list", "list_screen", "xa",
	    .steps = { HOME, "Down", "Enter", "=gõ để tìm" } },
	{ "search", "list_screen", "xa",
	    .steps = { HOME, "F3", "=gõ để tìm", "+an" } },
	{ "changed", "list_screen", "conflict",
	    .steps = { HOME, "Enter", "=gõ để tìm" } },
	{ "conflicts", "list_screen", "conflict",
	    .steps = { HOME, "Down", "Enter", "=Trần Thị Mận" } },

	{ "household", "form_screen", "xa",
	    .steps = { HOME, "Ins", "=Trang 1/4" } },
	{ "person", "form_screen", "xa", .steps = { PERSON } },
	{ "disability", "form_screen", "xa",
	    .steps = { HOME, "Down", "Down", "Ins", "=Trang 1/" } },
	{ "determination", "form_screen", "xa",
	    .steps = { HOME, "Down", "Down", "Down", "Ins", "=Trang 1/" } },
	{ "elderly", "form_screen", "xa",
	    .steps = { HOME, "Down", "Down", "Down", "Down", "Ins",
		"=Trang 1/5" } },
	{ "row", "form_screen", "xa",
	    .steps = { HOME, "Down", "Down", "Down", "Down", "Ins",
		"=Trang 1/5", "F6", "=Đến dòng", "+duty_bearers", "Enter",
		"=Trang 3/5", "Ins", "+Nguyeenx Vawn Nam", "Enter" } },
	{ "amend", "form_screen", "xa",
	    .steps = { RECORD, "F2", "=Trang 1/5" } },
	{ "conflict-form", "form_screen", "conflict",
	    .steps = { HOME, "Down", "Enter", "=Trần Thị Mận", "Enter",
		"=MÂU THUẪN", "F2", "=Trang 1/5" } },
	{ "decision", "form_screen", "huyen",
	    .steps = { HOME, "Enter", "=Đào", "Enter", "=CẦN XEM LẠI", "F2",
		"=Trang 5/5" } },
	{ "masked", "form_screen", "care", .restricted = true,
	    .steps = { HOME, "Ins", "=Trang 1/1", "+Hoa", "Enter", "+zebra",
		"Enter", "=******" } },
	{ "go-to", NULL, "xa", .steps = { PERSON, "F6", "=Đến dòng" } },
	{ "choice", NULL, "xa",
	    .steps = { PERSON, "F6", "=Đến dòng", "+sex", "Enter", "F4",
		"=Nam" } },
	{ "several", NULL, "xa",
	    .steps = { HOME, "Down", "Down", "Ins", "=Trang 1/", "F6",
		"=Đến dòng", "+disability_kinds", "Enter", "F4", "=[ ]" } },
	{ "which", NULL, "xa",
	    .steps = { PERSON, "F6", "=Đến dòng", "+household", "Enter", "F4",
		"=Enter Chọn" } },
	{ "to-mend", NULL, "xa",
	    .steps = { PERSON, "+an", "Enter", "F8", "=Enter Chọn" } },
	{ "why", NULL, "xa",
	    .steps = { RECORD, "F2", "=Trang 1/5", "+Le Van", "Enter", "F2",
		"=Lý do thay đổi" } },

	{ "record", "record_screen", "xa", .steps = { RECORD } },
	{ "in-conflict", "record_screen", "conflict",
	    .steps = { HOME, "Down", "Enter", "=Trần Thị Mận", "Enter",
		"=MÂU THUẪN" } },
	{ "look-again", "record_screen", "huyen",
	    .steps = { HOME, "Enter", "=Đào", "Enter", "=CẦN XEM LẠI" } },
	{ "move", NULL, "xa", .steps = { RECORD, "F4", "=Chuyển sang" } },
	{ "void", NULL, "xa", .steps = { RECORD, "Del", "=Lý do hủy" } },
	{ "compare", NULL, "xa", .steps = { RECORD, "F5", "=Enter Chọn" } },
	{ "stand-by", NULL, "huyen",
	    .steps = { HOME, "Enter", "=Đào", "Enter", "=CẦN XEM LẠI", "F7",
		"=Giữ quyết định" } },
	{ "restricted", NULL, "care", .restricted = true,
	    .steps = { HOME, "Enter", "=gõ để tìm", "Enter", "=******",
		"Alt-r", "=Lý do xem", "+hoi ho", "Enter", "=zebra" } },

	{ "history", "history_screen", "xa",
	    .steps = { RECORD, "F8", "=Lịch sử:" } },
	{ "entry", NULL, "xa",
	    .steps = { RECORD, "F8", "=Lịch sử:", "Enter",
		"=Toàn bộ lần ghi" } },
	{ "undo", NULL, "xa",
	    .steps = { RECORD, "F8", "=Lịch sử:", "Ctrl-z", "=[C/k]" } },

	{ "conflict", "conflict_screen", "conflict",
	    .steps = { HOME, "Down", "Enter", "=Trần Thị Mận", "Enter",
		"=MÂU THUẪN", "F7", "=Trước đó" } },
	{ "pairs", "pairs_screen", "conflict",
	    .steps = { HOME, "F8", "=trùng tên" } },
	{ "merge", "merge_screen", "conflict",
	    .steps = { HOME, "F8", "=trùng tên", "Enter", "=để sau" } },
	{ "merge-why", NULL, "conflict",
	    .steps = { HOME, "F8", "=trùng tên", "Enter", "=để sau", "F2",
		"=Vì sao là một người" } },

	{ "stick", "stick_screen", "xa", .steps = { STICK, "=chưa biết" } },
	{ "taken-in", NULL, "xa",
	    .steps = { STICK, "=chưa biết", "Enter", "=[C/k]" } },
	{ "unknown", "stick_screen", "xa",
	    .steps = { STICK, "=chưa biết", "Down", "Enter", "=không" } },
	{ "place", NULL, "xa", .steps = { STICK, "F6", "=Ở đâu" } },
	{ "folder", NULL, "xa",
	    .steps = { STICK, "F6", "=Ở đâu", "Down", "Enter",
		"=Thư mục:" } },
	{ "for-whom", NULL, "xa", .steps = { STICK, "F2", "=Gửi cho ai" } },
	{ "handed-over", "stick_screen", "huyen",
	    .steps = { STICK, "F2", "=Đã ghi" } },
	{ "card", NULL, "xa",
	    .steps = { STICK, "F4", "=Thẻ của đơn vị khác" } },
	{ "own-card", NULL, "xa",
	    .steps = { STICK, "F5", "=Thẻ đơn vị của máy này" } },

	{ "care", "care_screen", "xa",
	    .steps = { HOME, "F7", "=Bản sao lưu gần nhất" } },
	{ "checked", "care_screen", "xa",
	    .steps = { HOME, "F7", "=Bản sao lưu gần nhất", "F4",
		"=nguyên vẹn" } },
	{ "backup", NULL, "xa",
	    .steps = { HOME, "F7", "=Bản sao lưu gần nhất", "F2",
		"=Ở đâu" } },
	{ "passphrases", "keys_screen", "xa", .steps = { OFFICERS } },
	{ "passphrase", "keys_screen", "xa",
	    .steps = { OFFICERS, "F2", "=hiện nay", "+" PASSPHRASE, "Enter",
		"=Năm từ ngẫu nhiên" } },
	{ "officer", NULL, "xa",
	    .steps = { OFFICERS, "Ins", "=Họ tên", "+Lee Thij Bichs", "Enter",
		"=HIV" } },
	{ "take-away", NULL, "xa",
	    .steps = { OFFICERS, "Del", "=Bỏ mật khẩu" } },

	/* the district */
	{ "district", "home_screen", "huyen", .steps = { HOME } },
	{ "gaps", NULL, "huyen",
	    .steps = { HOME, "Down", "Enter", "=chưa đến" } },
	{ "district-takes", NULL, "huyen",
	    .steps = { STICK, "=Xã Hà Kỳ", "Enter", "=[C/k]" } },
};
const size_t n_scenes = sizeof scenes / sizeof *scenes;

const struct scene scene_home = { .name = "home", .world = "xa",
	.steps = { HOME } };
const struct scene scene_planted = { .name = "planted", .world = "xa",
	.steps = { PERSON, "+Nguyeenx Thij Hoa", "Enter", "+zz", "Enter" } };
