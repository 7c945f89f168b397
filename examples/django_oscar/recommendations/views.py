"""Where the shop's pages get the token of their visitor."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from recommendations.visitors import token_of, visitor_of


@never_cache
def token(request: HttpRequest) -> HttpResponse:
    """Answer with a token of who asks: riverfront.js comes again before it expires."""
    return HttpResponse(token_of(visitor_of(request)), content_type="text/plain")
