"""Forms of signing in, accounts and the first run."""

from wtforms import BooleanField, HiddenField, PasswordField, RadioField, SelectChoice, StringField
from wtforms.validators import AnyOf, EqualTo, InputRequired, Length

from ..domain.access import ROLES
from ..domain.passwords import RULE
from ..operations.first_run import FirstPlan, needs_province
from ..operations.presets import shipped_presets
from .forms import Form

LATER = "later"
NAMELESS = " · ghi tên tỉnh ở dưới"
DUTIES = {
    "administrator": "lập và khóa tài khoản, giao việc; không xem danh sách đại biểu",
    "plan_owner": "kế hoạch, đơn vị, mọi hội nghị thuộc kế hoạch",
    "organiser": "trọn việc hội nghị của đơn vị; xem các đơn vị trực thuộc",
    "secretary": "lập danh sách, chương trình, in thẻ; không duyệt",
    "checkin_staff": "đứng cửa một hội nghị",
    "viewer": "xem số liệu, không xem tên người",
    "delegation_contact": "lập và gửi danh sách của một đoàn; không xem gì khác",
}
SAME_AGAIN = (InputRequired("Nhập lại lần nữa."), EqualTo("password", "Hai lần nhập không giống nhau."))


class SignInForm(Form):
    """Name and password; `next` is the page to go on to."""

    username = StringField("Tên đăng nhập", [InputRequired("Chưa có tên đăng nhập."), Length(max=128, message="Tên dài quá.")])
    password = PasswordField("Mật khẩu", [InputRequired("Chưa có mật khẩu."), Length(max=1000, message="Mật khẩu dài quá.")])
    next = HiddenField()


class NewPasswordForm(Form):
    """A new password, typed twice."""

    password = PasswordField("Mật khẩu mới", [InputRequired("Chưa có mật khẩu mới.")], description=RULE)
    again = PasswordField("Nhập lại mật khẩu mới", SAME_AGAIN)


class OwnPasswordForm(NewPasswordForm):
    """One's own: the old one too."""

    old = PasswordField("Mật khẩu hiện tại", [InputRequired("Chưa có mật khẩu hiện tại.")])


class AccountForm(Form):
    """An account there is."""

    name = StringField("Họ tên", [InputRequired("Chưa có họ tên."), Length(max=200, message="Họ tên dài quá.")])
    active = BooleanField("Đang dùng", description="Bỏ chọn thì không đăng nhập được nữa; lịch sử vẫn giữ.")


class NewAccountForm(Form):
    """An account to make."""

    name = StringField("Họ tên", [InputRequired("Chưa có họ tên."), Length(max=200, message="Họ tên dài quá.")])
    username = StringField(
        "Tên đăng nhập", [InputRequired("Chưa có tên đăng nhập.")], description="3–32 chữ không dấu, số, dấu chấm hoặc gạch nối."
    )
    password = PasswordField("Mật khẩu", [InputRequired("Chưa có mật khẩu.")], description=RULE)


class GrantForm(Form):
    """A role and where; unit and congress are typed, with the names offered."""

    role = RadioField(
        "Vai trò", [InputRequired("Chưa chọn vai trò."), AnyOf(ROLES, "Không có vai trò này.")], validate_choice=False,
        choices=[SelectChoice(role, f"{label}: {DUTIES[role]}") for role, label in ROLES.items()],
    )  # fmt: skip
    unit = StringField("Đơn vị", description="Gõ vài chữ của tên rồi chọn. Không cần cho Quản trị, Điểm danh và Đầu mối đoàn.")
    congress = StringField("Hội nghị", description="Cho vai trò Điểm danh và Đầu mối đoàn.")
    delegation = StringField("Đoàn", description="Chỉ cho vai trò Đầu mối đoàn: tên như ở trang Đoàn của hội nghị.")


class FirstRunForm(NewAccountForm):
    """The first administrator and the plan to start from."""

    again = PasswordField("Nhập lại mật khẩu", SAME_AGAIN)
    preset = RadioField("Kế hoạch mẫu", [InputRequired("Chưa chọn kế hoạch mẫu.")], validate_choice=False)
    province = StringField("Tên tỉnh", [Length(max=200, message="Tên dài quá.")], description="Ví dụ: Tỉnh Thái Nguyên.")
    with_units = BooleanField("Nạp luôn danh sách đơn vị đi kèm kế hoạch mẫu", default=True)
    owns_plan = BooleanField("Tôi cũng là chủ kế hoạch (Sở Nội vụ)", description="Sửa kế hoạch, điều hành mọi hội nghị của tỉnh.")

    def __init__(self) -> None:
        super().__init__()
        names = {code: preset.title + (NAMELESS if needs_province(preset) else "") for code, preset in shipped_presets().items()}
        names[LATER] = "Để sau, tạo trong phần mềm"
        self.preset.choices = [SelectChoice(code, name) for code, name in names.items()]

    def chosen_plan(self) -> FirstPlan | None:
        """The preset to load, None to leave it for later."""
        if self.preset.data == LATER:
            return None
        return FirstPlan(self.preset.data, self.province.data or "", self.with_units.data)
