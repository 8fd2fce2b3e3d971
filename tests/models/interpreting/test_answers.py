from models import interpreting
from tests.models.interpreting import bank


def test_who_takes_is_booked_and_both_sign(session):
    ximena, amina = bank.interpreter(session), bank.newcomer(session)
    booking = bank.confirmed(session, ximena, amina)
    appointment = bank.appointment_of(session, booking)
    assert (booking.state, appointment.state) == ("confirmed", "assigned")
    interpreting.sign_service(session, booking.id, 70, by=ximena.actor, at=bank.after(booking))
    assert booking.state == "confirmed"
    interpreting.sign_service(session, booking.id, 70, by=amina.actor, at=bank.after(booking))
    assert (booking.state, appointment.state) == ("done", "done")
