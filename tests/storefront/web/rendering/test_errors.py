from flask import Flask


def test_a_broken_page_gets_a_designed_answer(app: Flask) -> None:
    app.testing = False

    @app.get("/broken")
    def broken() -> str:
        raise ZeroDivisionError

    answer = app.test_client().get("/broken")
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.get_data(as_text=True)
    assert "ZeroDivision" not in answer.get_data(as_text=True)
