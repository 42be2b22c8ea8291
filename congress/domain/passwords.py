"""What a password must be: long, and not the first thing anybody would try."""

SHORTEST = 10
LONGEST = 128  # far beyond any sentence; a longer text only costs the server time

RULE = f"Ít nhất {SHORTEST} ký tự, không trùng tên đăng nhập, không phải dãy dễ đoán như 1234567890."

# What people type when told to make it longer, without blanks and in lower case.
_OBVIOUS = {
    "1q2w3e4r5t", "1qaz2wsx3edc", "a123456789", "abc1234567", "abc12345678", "abcd123456", "admin12345", "admin123456",
    "administrator", "anhyeuem123", "asdfghjkl;", "iloveyou123", "matkhau123", "matkhau1234", "matkhau12345",
    "matkhau123456", "matkhaumoi", "password12", "password123", "password1234", "quantri123", "quantri12345",
    "qwerty12345", "qwerty123456", "qwertyuiop", "thidua2024", "thidua2025", "thiduayeunuoc", "vietnam123",
    "vietnam2024", "vietnam2025", "zaq12wsxcde",
}  # fmt: skip
_RUNS = ("01234567890123456789", "98765432109876543210", "abcdefghijklmnopqrstuvwxyz", "zyxwvutsrqponmlkjihgfedcba")


def password_fault(password: str, username: str) -> str | None:
    """What is wrong with a new password, in one Vietnamese sentence, or None."""
    if len(password) < SHORTEST:
        return f"Mật khẩu ngắn quá. Cần ít nhất {SHORTEST} ký tự."
    if len(password) > LONGEST:
        return f"Mật khẩu dài quá. Tối đa {LONGEST} ký tự."
    plain = "".join(password.lower().split())
    if plain == username.lower():
        return "Mật khẩu trùng tên đăng nhập. Chọn mật khẩu khác."
    if plain in _OBVIOUS or len(set(plain)) < 4 or any(plain in run for run in _RUNS):
        return "Mật khẩu này quá dễ đoán. Chọn mật khẩu khác."
    return None
